// <compose-phrases> in the form of a message: exchanges its signature, inserts a template
// at the cursor, keeps the text as one. The form does the same without script.
import { asHtml, signPaper } from "#lib/paper.js";
import { switched, usual } from "#lib/signing.js";

class ComposePhrases extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.form = this.closest("form");
    this.signature = this.querySelector("[name=signature]");
    this.told = this.querySelector("[data-told]");
    this.last = this.signature?.value ?? "";
    for (const hidden of this.querySelectorAll("[data-without-script]")) hidden.hidden = true;
    // Enter in a field presses the first button that submits: that must be none of these
    for (const button of this.querySelectorAll("button")) button.type = "button";
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.signature?.addEventListener("change", () => this.sign(), { signal });
    this.sender?.addEventListener("change", () => this.follow(), { signal });
    this.offer();
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get sender() {
    return this.form.elements.namedItem("sender");
  }

  get text() {
    return this.form.querySelector('textarea[name="text"]');
  }

  get editor() {
    return this.form.querySelector("html-editor")?.editor;
  }

  get closings() {
    return [...(this.signature?.options ?? [])].filter((option) => option.value);
  }

  // each sender has its own signatures
  offer() {
    if (!this.sender) return;
    const sender = this.sender.value.toLowerCase();
    for (const option of this.closings) option.hidden = option.disabled = !option.dataset.senders.split(" ").includes(sender);
  }

  follow() {
    this.offer();
    if (!this.signature) return;
    const option = usual(this.closings, this.sender.value, "answers" in this.dataset);
    const kept = this.signature.selectedOptions[0];
    if (kept?.value && !kept.disabled && !option) return;
    this.signature.value = option?.value ?? "";
    this.sign();
  }

  sign() {
    const { value } = this.signature;
    if (value === this.last) return;
    this.last = value;
    const option = this.signature.selectedOptions[0];
    if (this.editor) signPaper(this.editor, this.closings.map(({ dataset }) => dataset.html), option.dataset.html ?? "");
    else this.write(switched(this.text.value, this.closings.map(({ dataset }) => dataset.block), option.dataset.block ?? ""));
  }

  write(text) {
    this.text.value = text;
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  clicked(event) {
    const button = event.target.closest("button[name=insert], button[name=keep]");
    if (!button) return;
    event.preventDefault();
    if (button.name === "keep") this.ask(button.dataset.url);
    else this.insert(this.querySelector("[name=template]").selectedOptions[0].dataset.url);
  }

  async insert(url) {
    const found = url ? await this.ask(url) : null;
    if (!found) return;
    const { subject } = this.form.elements;
    if (!subject.value) subject.value = found.subject;
    if (this.editor) {
      this.editor.insertHTML(`${found.html || asHtml(found.text)}${asHtml("")}`);
      this.editor.focus();
      return;
    }
    const { text } = this;
    text.setRangeText(found.text, text.selectionStart, text.selectionEnd, "end");
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // what the server answers to the message as it stands; it says what came of it
  async ask(url) {
    this.told.textContent = "";
    this.closest("form").querySelector("html-editor")?.save?.();
    const body = new FormData(this.form);
    for (const name of ["files", "carried", "file"]) body.delete(name);
    try {
      const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
      const found = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
      this.told.textContent = found.told ?? this.dataset.failed;
      return answer.ok ? found : null;
    } catch {
      this.told.textContent = this.dataset.failed;
      return null;
    }
  }
}

customElements.define("compose-phrases", ComposePhrases);
