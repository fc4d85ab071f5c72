// <compose-form> around the form of a message: files leave as soon as they are chosen,
// Ctrl+Enter sends, and a text that was not sent is not lost by leaving the page.
import htmx from "htmx";

class ComposeForm extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.addEventListener("change", (event) => this.chosen(event), { signal });
    this.addEventListener("input", () => { this.dirty = true; }, { signal });
    this.addEventListener("submit", () => { this.dirty = false; }, { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    addEventListener("beforeunload", (event) => { if (this.dirty) event.preventDefault(); }, { signal });
    for (const hidden of this.querySelectorAll("[data-without-script]")) hidden.hidden = true;
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get form() {
    return this.querySelector("form");
  }

  async chosen(event) {
    const input = event.target;
    if (input.name !== "files" || !input.files.length) return;
    await htmx.ajax("POST", this.form.action, {
      source: this.form,
      target: "#compose-shelf",
      swap: "outerHTML",
      values: { attach: "1" },
    });
    // they are kept on the server now: sent once, not again with the message
    input.value = "";
  }

  pressed(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.form.requestSubmit();
  }
}

customElements.define("compose-form", ComposeForm);
