// <protocol-offer data-write>: the browser is asked to open mailto: links here; shown only
// where it can do so.
class ProtocolOffer extends HTMLElement {
  connectedCallback() {
    if (!navigator.registerProtocolHandler) return;
    this.hidden = false;
    this.querySelector("button").addEventListener("click", () => this.offer());
  }

  offer() {
    const there = new URL(this.dataset.write, location.origin);
    navigator.registerProtocolHandler("mailto", `${there}?mailto=%s`);
    this.querySelector("[data-done]").hidden = false;
  }
}

customElements.define("protocol-offer", ProtocolOffer);
