// <link-dialog> in an <html-editor>: asks for the address (and the words) of a link. Its
// fields have no names, so that they do not travel with the message.
class LinkDialog extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.dialog = this.querySelector("dialog");
    [this.words, this.address] = this.querySelectorAll("input");
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.addEventListener("input", (event) => event.stopPropagation(), { signal });
    this.dialog.addEventListener("close", () => this.formatting?.squire.focus(), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  ask(formatting) {
    this.formatting = formatting;
    this.range = formatting.squire.getSelection();
    const known = formatting.address;
    this.address.value = known;
    this.words.value = formatting.squire.getSelectedText();
    this.words.closest("[data-words]").hidden = !this.range.collapsed || Boolean(known);
    this.querySelector("[data-unlink]").hidden = !known;
    this.querySelector("[data-wrong]").hidden = true;
    this.dialog.showModal();
    this.address.focus();
  }

  clicked(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.hasAttribute("data-insert")) this.insert();
    else this.dialog.close();
    if (button.hasAttribute("data-unlink")) this.formatting.run("unlink");
  }

  // the form around is the message: Enter must not send it
  pressed(event) {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    event.stopPropagation();
    this.insert();
  }

  insert() {
    const address = complete(this.address.value.trim());
    this.querySelector("[data-wrong]").hidden = Boolean(address);
    this.address.toggleAttribute("aria-invalid", !address);
    if (!address) {
      this.address.focus();
      return;
    }
    this.dialog.close();
    this.formatting.squire.setSelection(this.range);
    this.formatting.link(address, this.words.value.trim());
  }
}

// what people type of an address; null when it is none
function complete(typed) {
  if (/^(?:https?:\/\/|mailto:|tel:)\S+$/i.test(typed)) return typed;
  if (/^[^\s@/]+@[^\s@/]+\.[a-z]{2,}$/i.test(typed)) return `mailto:${typed}`;
  return /^[\w-]+(?:\.[\w-]+)+(?:[/?#:]\S*)?$/.test(typed) ? `https://${typed}` : null;
}

customElements.define("link-dialog", LinkDialog);
