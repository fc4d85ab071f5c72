// <visit-watch data-url data-leave hidden> around a warning with a button: shows itself
// two minutes before the visit ends, prolongs it on demand, leaves at its end. A page
// that the browser kept of an ended visit is loaded anew.
const WARNING = 120;
const LONGEST = 10 * 60;

class VisitWatch extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.querySelector("button").addEventListener("click", () => this.ask("POST"), { signal });
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }, { signal });
    this.timer = setTimeout(() => this.ask("GET"), 60_000);
  }

  disconnectedCallback() {
    this.ending.abort();
    clearTimeout(this.timer);
  }

  async ask(method) {
    const headers = { "X-CSRFToken": this.dataset.token };
    try {
      const answer = await fetch(this.dataset.url, { method, headers, redirect: "manual" });
      // a redirect leads to the sign-in page: the visit is over
      this.tell(answer.ok ? (await answer.json()).seconds : 0);
    } catch {
      this.wait(60);
    }
  }

  tell(seconds) {
    if (seconds <= 0) {
      // a text that nobody has stored stays on the page: whoever keeps it says so
      const ended = new CustomEvent("visit:ended", { bubbles: true, cancelable: true });
      if (this.dispatchEvent(ended)) location.assign(this.dataset.leave);
      else this.wait(20);
      return;
    }
    this.hidden = seconds > WARNING;
    this.wait(this.hidden ? Math.min(seconds - WARNING, LONGEST) : Math.min(seconds, 20));
  }

  wait(seconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask("GET"), (seconds + 1) * 1000);
  }
}

customElements.define("visit-watch", VisitWatch);
