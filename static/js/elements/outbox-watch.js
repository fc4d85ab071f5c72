// <outbox-watch data-url> around the list of the outbox: asks for it again when something
// says that a message has left or failed, and now and then by itself. What is being typed
// stays.
import htmx from "htmx";

const TICK = 30_000;
const REST = 300;
const BUSY = 2000;

class OutboxWatch extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    document.dispatchEvent(new Event("live:wanted"));
    for (const name of ["outgoing:changed", "live:changed"]) {
      document.addEventListener(name, () => this.wait(REST), { signal });
    }
    this.addEventListener("input", (event) => { this.typed = event.target.form; }, { signal });
    this.timer = setInterval(() => document.hidden || this.ask(), TICK);
  }

  disconnectedCallback() {
    this.ending.abort();
    clearInterval(this.timer);
    clearTimeout(this.later);
  }

  wait(delay) {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.ask(), delay);
  }

  // an hour that was typed and not sent yet would be lost
  get busy() {
    return Boolean(this.typed?.isConnected);
  }

  async ask() {
    if (this.busy) {
      this.wait(BUSY);
      return;
    }
    // what the page asks by itself does not prolong the visit
    const headers = { "X-Background": "1" };
    await htmx.ajax("GET", this.dataset.url, { target: "#outbox", swap: "outerMorph show:none", source: this, headers });
  }
}

customElements.define("outbox-watch", OutboxWatch);
