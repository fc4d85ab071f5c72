// <html-editor> around the text of a message: formatted text, written in Squire, beside a
// plain one. Its HTML travels in the field named "html"; plain text needs none of this.
import { Formatting } from "#models/formatting.js";
import { asText, fromText, shown, stored } from "#lib/written.js";
import { sheet } from "#lib/paper.js";
import { cleaned } from "#lib/pasted.js";

const FORBIDDEN = ["style", "form", "input", "button", "select", "textarea"];

class HtmlEditor extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.plain = this.querySelector('textarea[name="text"]');
    this.rich = this.querySelector('textarea[name="html"]');
    this.switch = this.querySelector("[data-switch]");
    this.switch.hidden = false;
    // without script it stays away, so that the plain text is what counts
    this.rich.disabled = false;
    this.switch.addEventListener("click", () => this.toggle(), { signal });
    // whoever reads the form, sending or keeping it, reads what is written now
    this.closest("form").addEventListener("formdata", (event) => this.told(event.formData), { signal });
    this.closest("form").addEventListener("submit", () => this.save(), { signal, capture: true });
    this.closest("form").addEventListener("draft:restored", (event) => this.restored(event.detail), { signal });
    if (this.rich.value || "formatted" in this.dataset) this.begun = this.begin();
    else if (this.isBelow) this.plain.setSelectionRange(this.plain.value.length, this.plain.value.length);
  }

  disconnectedCallback() {
    this.ending.abort();
    this.editor?.destroy();
  }

  async begin() {
    const wanted = this.plain.autofocus && !window.frameElement?.matches("[data-coming]") && [document.body, this.plain].includes(document.activeElement);
    await this.show(this.rich.value || fromText(this.plain.value));
    if (!this.isBelow) this.querySelector("quoted-text")?.fold(this.paper);
    this.listen();
    if (this.isBelow) this.editor.moveCursorToEnd();
    else this.editor.moveCursorToStart();
    if (wanted) this.editor.focus();
  }

  // a text that this device had kept takes the place of what the page came with
  async restored({ html, text }) {
    await this.begun;
    if (!this.editor) {
      if (html) this.begun = this.begin();
      return;
    }
    this.querySelector("quoted-text")?.drop();
    this.editor.setHTML(html || fromText(text));
    this.dispatchEvent(new Event("input", { bubbles: true }));
  }

  get isBelow() {
    return this.dataset.answers === "below";
  }

  async toggle() {
    if (this.editor) await this.hide();
    else {
      await this.show(fromText(this.plain.value));
      this.listen();
    }
    (this.editor ?? this.plain).focus();
    this.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async show(html) {
    const [{ default: Squire }, { default: purify }] = await Promise.all([import("squire-rte"), import("dompurify")]);
    this.paper = sheet(this.dataset);
    this.plain.after(this.paper);
    const { pictures } = this.dataset;
    this.editor = new Squire(this.paper, {
      sanitizeToDOMFragment: (dirty) => {
        const clean = purify.sanitize(dirty, { RETURN_DOM_FRAGMENT: true, FORBID_TAGS: FORBIDDEN });
        return document.importNode(shown(clean, pictures), true);
      },
    });
    this.editor.setHTML(html);
    this.swap(true);
    this.dispatchEvent(new CustomEvent("editor:ready", { bubbles: true, detail: new Formatting(this.editor) }));
  }

  listen() {
    this.editor.addEventListener("input", () => this.paper?.dispatchEvent(new Event("input", { bubbles: true })));
    this.editor.addEventListener("willPaste", ({ detail }) => { if (detail.fragment) detail.fragment = cleaned(detail.fragment); });
  }

  // without the site the browser's own text is better than none
  async hide() {
    this.plain.value = (await asText(this.html, this.dataset.text, this.closest("form"))) ?? this.paper.innerText;
    this.rich.value = "";
    this.querySelector("quoted-text")?.drop();
    this.editor.destroy();
    this.paper.remove();
    this.editor = null;
    this.swap(false);
    this.dispatchEvent(new CustomEvent("editor:gone", { bubbles: true }));
  }

  get html() {
    const folded = this.querySelector("quoted-text")?.html ?? "";
    return stored(this.editor.getHTML() + folded, this.dataset.pictures);
  }

  swap(rich) {
    this.plain.hidden = rich;
    // of two fields only the one that is shown has the name
    this.name ??= this.querySelector(`label[for="${this.plain.id}"]`);
    if (rich) this.name?.removeAttribute("for");
    else this.name?.setAttribute("for", this.plain.id);
    this.switch.setAttribute("aria-pressed", String(!rich));
  }

  save() {
    if (!this.editor) return;
    this.rich.value = this.html;
    this.plain.value = this.paper.innerText;
  }

  told(data) {
    this.save();
    data.set("html", this.rich.value);
    data.set("text", this.plain.value);
  }
}

customElements.define("html-editor", HtmlEditor);
