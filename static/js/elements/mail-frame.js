// <mail-frame> around the sandboxed iframe of a message: as high as its content; a key
// pressed in it is told to the page as "frame:key" (it runs no script of its own). On
// paper nothing of it is folded.
class MailFrame extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const frame = this.querySelector("iframe");
    frame.addEventListener("load", () => this.fit(frame), { signal: this.ending.signal });
    addEventListener("beforeprint", () => this.unfold(frame), { signal: this.ending.signal });
    this.fit(frame);
  }

  disconnectedCallback() {
    this.ending.abort();
    this.observer?.disconnect();
  }

  tell(event) {
    document.dispatchEvent(new CustomEvent("frame:key", { detail: { event, frame: this } }));
  }

  unfold(frame) {
    const folded = frame.contentDocument?.querySelectorAll("details:not([open])") ?? [];
    for (const each of folded) each.open = true;
    if (!folded.length) return;
    this.measure(frame);
    addEventListener("afterprint", () => { for (const each of folded) each.open = false; }, { once: true });
  }

  measure(frame) {
    const { body } = frame.contentDocument;
    frame.height = Math.min(Math.max(body.scrollHeight, body.offsetHeight), 60000);
  }

  fit(frame) {
    const body = frame.contentDocument?.body;
    if (!body) return;
    const { signal } = this.ending;
    frame.contentDocument.addEventListener("keydown", (event) => this.tell(event), { signal });
    this.observer?.disconnect();
    this.observer = new ResizeObserver(() => {
      this.measure(frame);
      frame.classList.add("reader__frame--fitted");
    });
    this.observer.observe(body);
  }
}

customElements.define("mail-frame", MailFrame);
