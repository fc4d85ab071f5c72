// <folder-choice data-title> around a menu of buttons, one for each folder: its
// summary opens a dialog in which the folder is found by typing. data-borrow names an
// element whose buttons are taken over. Without script the menu opens.
import { choose } from "#elements/choice-dialog.js";
import { recent, remember } from "#lib/recent.js";

class FolderChoice extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    this.addEventListener("click", (event) => this.clicked(event), { signal: this.ending.signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get buttons() {
    const items = this.querySelector("[data-targets]");
    const lender = this.dataset.borrow && document.querySelector(this.dataset.borrow);
    if (lender && !items.childElementCount) items.append(...(lender.content ?? lender).cloneNode(true).childNodes);
    return [...items.querySelectorAll("button")];
  }

  clicked(event) {
    if (!event.target.closest("summary")) return;
    event.preventDefault();
    this.choose();
  }

  async choose() {
    const summary = this.querySelector("summary");
    const choices = this.buttons.map(named);
    const value = await choose({ title: this.dataset.title, choices, recent: recent(this.kind) });
    if (value === null) summary.focus();
    else this.take(value);
  }

  // the mailbox: what was chosen in one is no folder of another
  get kind() {
    return new URL(this.buttons[0]?.formAction ?? "/", location.href).pathname.split("/")[2] ?? "";
  }

  // the real button of the real form: what it holds now is what is moved
  take(value) {
    const button = this.buttons.find((known) => known.value === value);
    if (!button) return;
    remember(this.kind, value);
    button.click();
  }
}

const named = (button) => ({
  value: button.value, label: button.textContent.trim(), detail: button.dataset.above ?? "",
});

customElements.define("folder-choice", FolderChoice);
