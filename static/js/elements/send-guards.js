// <send-guards> above the bar of the composer: what to look at before a message leaves. It
// has the focus when it comes; Escape closes it and gives the focus back.
class SendGuards extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.firstElementChild?.focus();
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  clicked(event) {
    const link = event.target.closest("[data-field], [data-close]");
    if (!link) return;
    event.preventDefault();
    const id = link.getAttribute("href").slice(1);
    if ("close" in link.dataset) this.replaceChildren();
    this.lead(document.getElementById(id));
  }

  pressed(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.replaceChildren();
    this.closest("form").querySelector(".compose__bar [type=submit]")?.focus();
  }

  // what is formatted stands beside the plain field
  lead(field) {
    const shown = field?.hidden ? field.closest("html-editor").querySelector("[contenteditable]") : field;
    if (shown?.type === "file") shown.click();
    shown?.focus();
  }
}

customElements.define("send-guards", SendGuards);
