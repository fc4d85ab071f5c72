// <modal-dialog> around a <dialog> that the server sent: shows it over the page, gives the
// focus back at its end. [data-close] and a click beside it close it; so does a form in it
// that htmx has sent.
class ModalDialog extends HTMLElement {
  connectedCallback() {
    this.before = document.activeElement;
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("submit", () => this.sent(), { signal });
    this.dialog.addEventListener("close", () => this.closed(), { signal });
    if (!this.dialog.open) this.dialog.showModal();
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get dialog() {
    return this.querySelector("dialog");
  }

  clicked(event) {
    const closing = event.target.closest("[data-close]");
    // without script it is a link
    if (closing) event.preventDefault();
    if (closing || event.target === this.dialog) this.dialog.close();
  }

  // the form stays until it is answered
  sent() {
    this.waiting = true;
    this.addEventListener("htmx:finally:request", () => this.remove(), { once: true });
    queueMicrotask(() => this.dialog.close());
  }

  closed() {
    if (!this.waiting) setTimeout(() => this.remove());
    if (this.before?.isConnected) this.before.focus();
  }
}

customElements.define("modal-dialog", ModalDialog);
