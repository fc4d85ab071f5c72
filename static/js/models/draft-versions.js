// The versions of one draft: what is written in its form, which of it the server has, and
// what an attempt to store it there has come to.
import { drop, keptOf } from "#lib/device-drafts.js";
import { newName, post, visitor } from "#lib/draft-post.js";

const BESIDE = ["csrfmiddlewaretoken", "token", "owner", "save", "draft_id", "draft_save", "draft_attempts"];
const TYPED = ["to", "cc", "bcc", "reply_to", "subject", "text", "html", "draft_attempts"];
const ATTEMPTS = 20;

export class DraftVersions {
  constructor(form, { url, visit, owner }) {
    Object.assign(this, { form, url, visit, owner, attempt: {} });
    this.settled();
  }

  /** What stands there now is what it began with. */
  settled() {
    this.stored = this.print;
  }

  /** What this device kept of this very version is newer: it takes its place. */
  restore(key) {
    const version = this.elements.draft_id.value;
    const isSame = (entry) => entry.key === key || (version && new Map(entry.fields).get("draft_id") === version);
    const entry = keptOf(this.owner).find(isSame);
    if (!entry) return;
    const kept = new Map(entry.fields);
    for (const name of TYPED.filter((each) => kept.has(each) && this.elements[each])) this.elements[name].value = kept.get(name);
    // the page that is gone may still be sending it: under one name it is stored once
    this.elements.draft_save.value = kept.get("draft_save") ?? "";
    this.attempt = { print: printed(entry.fields) };
    this.tried();
    this.form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true, detail: { html: kept.get("html"), text: kept.get("text") } }));
    drop(entry.key);
  }

  get elements() {
    return this.form.elements;
  }

  get fields() {
    return [...new FormData(this.form)].filter(([, value]) => typeof value === "string");
  }

  get print() {
    return printed(this.fields);
  }

  get isStored() {
    return this.print === this.stored;
  }

  // the same text has the same name, so that it is stored once, however often it is sent
  named() {
    const { print } = this;
    if (this.attempt.print !== print) {
      this.attempt = { print };
      this.elements.draft_save.value = newName();
    }
    return [...this.fields.filter(([name]) => name !== "csrfmiddlewaretoken"), ["owner", this.owner], ["save", "1"]];
  }

  /** What this device keeps until the server has it. */
  entry() {
    const { owner, url, visit } = this;
    return { owner, url, visit, page: location.pathname, fields: this.named() };
  }

  async send(last) {
    const fields = this.named();
    const { print } = this.attempt;
    this.tried();
    let told = await post(this.url, fields, this.token, last);
    if (told.status === 403 && (await this.refreshed())) told = await post(this.url, fields, this.token, last);
    if (told.saved) this.accept(told.saved, print);
    return told;
  }

  get token() {
    return this.elements.csrfmiddlewaretoken.value;
  }

  // until an answer comes nobody knows whether it was stored
  tried() {
    const { draft_attempts: attempts, draft_save: name } = this.elements;
    const names = new Set(attempts.value.split(" ").filter(Boolean)).add(name.value);
    attempts.value = [...names].slice(-ATTEMPTS).join(" ");
  }

  // the person has signed in again: the form has the token of the visit before
  async refreshed() {
    const here = await visitor(this.visit);
    if (here?.owner !== this.owner) return false;
    this.elements.csrfmiddlewaretoken.value = here.token;
    return true;
  }

  accept(saved, print) {
    this.elements.draft_id.value = saved.draft;
    this.elements.draft_attempts.value = "";
    this.stored = print;
  }
}

/** What is written, without what is said of it beside. */
function printed(fields) {
  // the text alone of what is formatted is made of it
  const beside = new Map(fields).get("html") ? [...BESIDE, "text"] : BESIDE;
  return JSON.stringify(fields.filter(([name]) => !beside.includes(name)));
}
