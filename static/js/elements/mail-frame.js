// <mail-frame> around the sandboxed iframe of a message: as high as its content.
class MailFrame extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const frame = this.querySelector("iframe");
    frame.addEventListener("load", () => this.fit(frame), { signal: this.ending.signal });
    this.fit(frame);
  }

  disconnectedCallback() {
    this.ending.abort();
    this.observer?.disconnect();
  }

  fit(frame) {
    const body = frame.contentDocument?.body;
    if (!body) return;
    this.observer?.disconnect();
    this.observer = new ResizeObserver(() => {
      const height = Math.min(Math.max(body.scrollHeight, body.offsetHeight), 60000);
      frame.height = height;
      frame.classList.add("reader__frame--fitted");
    });
    this.observer.observe(body);
  }
}

customElements.define("mail-frame", MailFrame);
