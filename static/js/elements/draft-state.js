// <draft-state data-url data-visit data-owner> in the form of a message: stores what is
// written soon after a pause and says where it is. What the server does not have is kept
// on this device, and goes there when it answers again.
import { drop, hold, keep } from "#lib/device-drafts.js";
import { DraftNews } from "#models/draft-news.js";
import { DraftPace } from "#models/draft-pace.js";
import { DraftVersions } from "#models/draft-versions.js";

const NOTICED = 250;
const AGAIN = 5000;
const SENDING_WAITS = 4000;

class DraftState extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.form = this.closest("form");
    this.news = new DraftNews(this, this.form);
    this.pace = new DraftPace(() => this.save());
    this.isShared = "shared" in this.dataset;
    this.key = this.form.elements.token.value;
    hold(this.key, signal);
    for (const name of ["input", "change", "draft:changed"]) this.form.addEventListener(name, () => { this.isTouched = true; this.changed(); }, { signal });
    // how the editor writes what it was given is no change
    this.form.addEventListener("editor:ready", () => this.isTouched || this.versions?.settled(), { signal });
    for (const name of ["online", "focus"]) addEventListener(name, () => this.news.problem && this.save(), { signal });
    // back on the page as the browser had kept it, after it was not sent
    addEventListener("pageshow", ({ persisted }) => persisted && this.resume(), { signal });
    addEventListener("pagehide", () => this.leave(), { signal });
    document.addEventListener("visit:ended", (event) => this.ended(event), { signal });
    // after the elements beside it have put their fields in order
    setTimeout(() => this.isConnected && this.begin());
  }

  disconnectedCallback() {
    this.leave();
    this.ending.abort();
    this.shelf?.disconnect();
    this.pace.stop();
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
    if (!this.news.problem && !this.saving) this.news.tell("waiting");
    this.isKept = keep(this.key, this.versions.entry(), this.isShared);
    this.pace.begin();
  }

  forget() {
    clearTimeout(this.noticing);
    this.noticing = null;
  }

  save(last = false) {
    this.pace.stop();
    if (!this.saving && this.versions.isStored) return undefined;
    this.saving ??= this.send(last).finally(() => { this.saving = null; });
    return this.saving;
  }

  async send(last) {
    if (!this.news.problem) this.news.tell("saving");
    const told = await this.pace.timed(() => this.versions.send(last));
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
    if (!told.lasting) this.pace.plan(AGAIN);
  }

  /** Before the message leaves: the last of it is stored, and nothing more after it. */
  async settle() {
    this.resting = true;
    await this.saving;
    await Promise.race([this.save(), new Promise((resolve) => { setTimeout(resolve, SENDING_WAITS); })]);
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
