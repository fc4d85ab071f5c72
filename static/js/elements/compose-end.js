// <compose-end> where a composer ends that is not on a page: its window may be closed; the
// dock that frames it does so itself.
class ComposeEnd extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("[data-close]");
    button.hidden = !window.opener;
    button.addEventListener("click", () => window.close());
  }
}

customElements.define("compose-end", ComposeEnd);
