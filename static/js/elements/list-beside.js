// <list-beside data-url> in the pane of the list, on the page of a message: asks for the
// list when that pane is shown, so that the message need not wait for it.
import htmx from "htmx";

class ListBeside extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    addEventListener("resize", () => this.ask(), { signal: this.ending.signal });
    // after the first paint: the message comes first
    requestAnimationFrame(() => setTimeout(() => this.ask()));
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  ask() {
    if (this.asked || !this.isConnected || !this.checkVisibility()) return;
    this.asked = true;
    const headers = { "X-Background": "1" };
    htmx.ajax("GET", this.dataset.url, { target: "#list", swap: "innerHTML", source: this, headers });
  }
}

customElements.define("list-beside", ListBeside);
