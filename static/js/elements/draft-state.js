// <draft-state data-url data-visit data-owner> in the form of a message: stores what is
// written soon after a pause and says where it is. What the server does not have is kept
// on this device, and goes there when it answers again.
import { drop, hold, keep } from "#lib/device-drafts.js";
import { DraftNews } from "#models/draft-news.js";
import { DraftVersions } from "#models/draft-versions.js";

const NOTICED = 250;
const PAUSE = 1500;
const LONGEST = 15_000;
const AGAIN = 5000;
const SENDING_WAITS = 4000;

class DraftState extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.form = this.closest("form");
    this.news = new DraftNews(this, this.form);
    this.key = this.form.elements.token.value;
    hold(this.key, signal);
    for (const name of ["input", "change", "draft:changed"]) this.form.addEventListener(name, () => { this.isTouched = true; this.changed(); }, { signal });
    // how the editor writes what it was given is no change
    this.form.addEventListener("editor:ready", () => this.isTouched || this.versions?.settled(), { signal });
    for (const name of ["online", "focus"]) addEventListener(name, () => this.news.problem && this.save(), { signal });
    addEventListener("pagehide", () => this.leave(), { signal });
    document.addEventListener("visit:ended", (event) => this.ended(event), { signal });
    // after the elements beside it have put their fields in order
    setTimeout(() => this.isConnected && this.begin());
  }

  disconnectedCallback() {
    this.leave();
    this.ending.abort();
    this.shelf?.disconnect();
    clearTimeout(this.timer);
  }

  begin() {
    this.versions = new DraftVersions(this.form, this.dataset);
    this.shelf = new MutationObserver((all) => all.some(({ target }) => !this.contains(target)) && this.changed());
    this.shelf.observe(this.form, { childList: true, subtree: true });
    if (this.form.elements.draft_id.value) this.news.tell("stored");
    this.versions.restore(this.key);
    if (this.closest("[data-unsent]")) this.versions.stored = "";
    this.changed();
  }

  changed() {
    this.noticing ??= setTimeout(() => this.noticed(), NOTICED);
  }

  noticed() {
    this.forget();
    if (!this.versions || this.resting || this.versions.isStored) return;
    this.since ??= Date.now();
    if (!this.news.problem && !this.saving) this.news.tell("waiting");
    this.isKept = keep(this.key, this.versions.entry(), this.isShared);
    // what takes long to store is stored less often
    const pause = Math.max(PAUSE, 10 * (this.took ?? 0));
    this.plan(Math.min(pause, Math.max(0, this.since + LONGEST - Date.now())));
  }

  forget() {
    clearTimeout(this.noticing);
    this.noticing = null;
  }

  get isShared() {
    return "shared" in this.dataset;
  }

  plan(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  save(last = false) {
    clearTimeout(this.timer);
    if (!this.saving && this.versions.isStored) return undefined;
    this.saving ??= this.send(last).finally(() => { this.saving = null; });
    return this.saving;
  }

  async send(last) {
    const begun = performance.now();
    this.since = null;
    if (!this.news.problem) this.news.tell("saving");
    const told = await this.versions.send(last);
    this.took = performance.now() - begun;
    if (told.saved) this.stored(told.saved);
    else this.failed(told);
  }

  stored(saved) {
    this.news.stored(saved);
    if (this.versions.isStored) drop(this.key);
    else this.changed();
  }

  failed(told) {
    this.news.failed(told, this.isKept);
    if (!told.lasting) this.plan(AGAIN);
  }

  /** Before the message leaves: the last of it is stored, and nothing more after it. */
  async settle() {
    this.resting = true;
    await this.saving;
    const waited = new Promise((resolve) => { setTimeout(resolve, SENDING_WAITS); });
    await Promise.race([this.save(), waited]);
  }

  get isStored() {
    return this.versions?.isStored;
  }

  resume() {
    this.resting = false;
    this.changed();
  }

  /** Whether nothing would be lost with this page. */
  get isSafe() {
    this.noticed();
    return !this.versions || this.versions.isStored || (Boolean(this.isKept) && !this.isShared);
  }

  leave() {
    this.noticed();
    if (this.versions && !this.resting && !this.versions.isStored) this.save(true);
    this.forget();
  }

  // a page with a text that is nowhere else stays, and one may sign in again beside it
  ended(event) {
    if (!this.versions || (this.isShared && this.versions.isStored)) return;
    event.preventDefault();
    this.news.ended();
  }
}

customElements.define("draft-state", DraftState);
