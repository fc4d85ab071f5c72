// <action-menu> around <details class="menu">: closes on Escape, outside click, focus
// out. Opened by a shortcut, it takes the focus. data-borrow names an element of the page whose items an empty menu takes over.
class ActionMenu extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    document.addEventListener("click", (event) => this.contains(event.target) || this.close(), { signal });
    this.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.contains(event.relatedTarget)) this.close();
    }, { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.details.addEventListener("toggle", () => this.borrow(), { signal });
    this.querySelector("summary").addEventListener("click", (event) => this.called(event), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get details() {
    return this.querySelector("details");
  }

  close() {
    if (this.details) this.details.open = false;
  }

  // by a key pressed elsewhere (hot-keys.js): the arrows go on from the first item, and no
  // other shortcut is between
  called(event) {
    const summary = event.currentTarget;
    if (event.detail || document.activeElement === summary || this.closest("folder-choice")) return;
    event.preventDefault();
    this.details.open = !this.details.open;
    this.borrow();
    if (this.details.open) this.querySelector(".menu__items :is(a, button)")?.focus();
  }

  pressed(event) {
    if (!this.details.open) return;
    if (event.key === "Escape") {
      // it closes this and no more
      event.preventDefault();
      this.close();
      this.details.querySelector("summary").focus();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const items = [...this.querySelectorAll("a, button")];
    const at = items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    items.at(at % items.length)?.focus();
  }

  borrow() {
    const items = this.querySelector(".menu__items");
    if (!this.dataset.borrow || items.childElementCount) return;
    const lender = document.querySelector(this.dataset.borrow);
    if (lender) items.append(...lender.cloneNode(true).childNodes);
  }
}

customElements.define("action-menu", ActionMenu);
