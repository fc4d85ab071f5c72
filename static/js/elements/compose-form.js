// <compose-form> around the form of a message:
// Ctrl+Enter sends, and a text that was not sent is not lost by leaving the page.
const AGAIN = 5000;

class ComposeForm extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.dirty = "unsent" in this.dataset;
    this.addEventListener("input", () => { this.dirty = true; }, { signal });
    this.addEventListener("submit", (event) => this.leaving(event), { signal, capture: true });
    this.addEventListener("htmx:before:response", (event) => this.answered(event), { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    addEventListener("beforeunload", (event) => { if (this.dirty && !this.draft?.isSafe) event.preventDefault(); }, { signal });
    for (const hidden of this.querySelectorAll("[data-without-script]")) hidden.hidden = true;
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get form() {
    return this.querySelector("form");
  }

  // what keeps the text while it is written
  get draft() {
    return this.querySelector("draft-state");
  }

  // a visit that ended must not cost the text: asked first, sent when it goes on
  async leaving(event) {
    if (this.allowed) {
      this.dirty = false;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    // a second click while the first is on its way
    if (this.asked > Date.now() - AGAIN) return;
    this.asked = Date.now();
    // the last of a draft is stored first, and nothing of it after the message
    await this.draft?.settle();
    if (event.submitter?.name === "discard" && this.draft?.isStored) event.submitter.value = "stored";
    const token = await this.token();
    this.querySelector("[data-ended]").hidden = token !== null;
    this.querySelector("[data-unreachable]").hidden = token !== "";
    if (!token) {
      this.asked = 0;
      this.draft?.resume();
      return;
    }
    this.form.elements.csrfmiddlewaretoken.value = token;
    this.allowed = true;
    this.form.requestSubmit(event.submitter ?? undefined);
    this.allowed = false;
  }

  // null when the visit is over, "" when nobody answers
  async token() {
    try {
      const answer = await fetch(this.dataset.visit, { redirect: "manual" });
      if (answer.status >= 500) return "";
      return answer.ok ? (await answer.json()).token : null;
    } catch {
      return "";
    }
  }

  // an error page that is not ours (a proxy's) may not take the place of the files
  answered(event) {
    const { status, headers } = event.detail.ctx.response;
    if (status < 400 || headers.has("X-Reference")) return;
    event.preventDefault();
    this.querySelector("[data-unreachable]").hidden = false;
  }

  pressed(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.form.requestSubmit(this.querySelector("[data-send]") ?? undefined);
  }
}

customElements.define("compose-form", ComposeForm);
