// <html-editor> around the text of a message: a switch to formatted text, written in
// Squire. Its HTML travels in the field named "html"; plain text needs none of this.
class HtmlEditor extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.plain = this.querySelector('textarea[name="text"]');
    this.rich = this.querySelector('textarea[name="html"]');
    this.tools = this.querySelector("[role=toolbar]");
    this.switch = this.querySelector("[data-switch]");
    this.switch.hidden = false;
    // without script it stays away, so that the plain text is what counts
    this.rich.disabled = false;
    this.switch.addEventListener("click", () => this.toggle(), { signal });
    this.tools.addEventListener("click", (event) => this.format(event), { signal });
    this.closest("form").addEventListener("submit", () => this.save(), { signal, capture: true });
    if (this.rich.value) this.show(this.rich.value);
  }

  disconnectedCallback() {
    this.ending.abort();
    this.editor?.destroy();
  }

  async toggle() {
    if (this.editor) this.hide();
    else await this.show(fromText(this.plain.value));
  }

  async show(html) {
    const [{ default: Squire }, { default: purify }] = await Promise.all([import("squire-rte"), import("dompurify")]);
    this.paper = document.createElement("div");
    this.paper.className = "compose__body compose__body--rich";
    this.paper.setAttribute("role", "textbox");
    this.paper.setAttribute("aria-multiline", "true");
    this.paper.setAttribute("aria-label", this.dataset.label);
    this.plain.after(this.paper);
    this.editor = new Squire(this.paper, {
      sanitizeToDOMFragment: (dirty) => document.importNode(purify.sanitize(dirty, { RETURN_DOM_FRAGMENT: true, FORBID_TAGS: ["style", "form", "input"] }), true),
    });
    this.editor.setHTML(html);
    this.swap(true);
  }

  hide() {
    this.plain.value = this.paper.innerText;
    this.rich.value = "";
    this.editor.destroy();
    this.paper.remove();
    this.editor = null;
    this.swap(false);
  }

  swap(rich) {
    this.plain.hidden = rich;
    this.tools.hidden = !rich;
    this.switch.setAttribute("aria-pressed", String(rich));
    (rich ? this.editor : this.plain).focus();
  }

  save() {
    if (!this.editor) return;
    this.rich.value = this.editor.getHTML();
    this.plain.value = this.paper.innerText;
  }

  format(event) {
    const button = event.target.closest("[data-command]");
    if (!button) return;
    if (button.dataset.command === "makeLink") this.link();
    else this.editor[button.dataset.command]();
    this.editor.focus();
  }

  link() {
    const address = this.querySelector("[data-link]");
    address.hidden = !address.hidden;
    const field = address.querySelector("input");
    if (address.hidden && /^(https?:\/\/|mailto:)/i.test(field.value)) this.editor.makeLink(field.value);
    if (!address.hidden) field.focus();
  }
}

function fromText(text) {
  const holder = document.createElement("div");
  for (const line of text.split("\n")) {
    const block = document.createElement("div");
    if (line) block.textContent = line;
    else block.append(document.createElement("br"));
    holder.append(block);
  }
  return holder.innerHTML;
}

customElements.define("html-editor", HtmlEditor);
