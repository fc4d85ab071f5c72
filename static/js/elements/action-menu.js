// <action-menu> around <details class="menu">: closes on Escape, outside click, focus out.
class ActionMenu extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    const details = this.querySelector("details");
    const close = () => { details.open = false; };
    document.addEventListener("click", (event) => this.contains(event.target) || close(), { signal });
    this.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.contains(event.relatedTarget)) close();
    }, { signal });
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !details.open) return;
      close();
      details.querySelector("summary").focus();
    }, { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }
}

customElements.define("action-menu", ActionMenu);
