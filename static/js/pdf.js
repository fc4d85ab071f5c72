// <pdf-pages>: the pages of a PDF, each drawn when it comes into view. Runs in a sandboxed
// page of its own; the document is fetched once, whole, and is bounded.
import { GlobalWorkerOptions, getDocument } from "pdfjs-dist";

const OCTETS_MAX = 30 * 1024 * 1024;
const PAGES_MAX = 200;
const PIXELS_MAX = 8_000_000;
const TEXT_MAX = 20_000;

class PdfPages extends HTMLElement {
  async connectedCallback() {
    try {
      const pdf = await this.opened();
      this.replaceChildren();
      const count = Math.min(pdf.numPages, PAGES_MAX);
      const first = await pdf.getPage(1);
      const { width, height } = first.getViewport({ scale: 1 });
      this.observer = new IntersectionObserver((seen) => this.seen(pdf, seen), { rootMargin: "400px" });
      for (let number = 1; number <= count; number += 1) this.add(number, width / height);
      if (pdf.numPages > count) this.say(this.dataset.more);
    } catch {
      this.replaceChildren();
      this.say(this.dataset.failed);
    }
  }

  disconnectedCallback() {
    this.observer?.disconnect();
  }

  async opened() {
    GlobalWorkerOptions.workerSrc = this.dataset.worker;
    const answer = await fetch(this.dataset.href);
    if (!answer.ok) throw new Error(answer.statusText);
    const data = await answer.arrayBuffer();
    if (data.byteLength > OCTETS_MAX) throw new Error("too large");
    return getDocument({ data, useWasm: false, enableXfa: false, maxImageSize: 4 * PIXELS_MAX, stopAtErrors: false, verbosity: 0, disableAutoFetch: true }).promise;
  }

  add(number, ratio) {
    const page = document.createElement("div");
    page.className = "page";
    page.dataset.number = number;
    page.style.aspectRatio = ratio;
    this.append(page);
    this.observer.observe(page);
  }

  seen(pdf, entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.observer.unobserve(target);
      this.draw(pdf, target).catch(() => target.append(this.dataset.failed));
    }
  }

  async draw(pdf, target) {
    const page = await pdf.getPage(Number(target.dataset.number));
    const natural = page.getViewport({ scale: 1 });
    const wanted = (target.clientWidth * Math.min(devicePixelRatio, 2)) / natural.width;
    const scale = Math.min(wanted, Math.sqrt(PIXELS_MAX / (natural.width * natural.height)));
    const viewport = page.getViewport({ scale });
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(viewport.width);
    canvas.height = Math.floor(viewport.height);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${this.dataset.page} ${target.dataset.number}`);
    target.style.aspectRatio = "auto";
    target.append(canvas);
    await page.render({ canvas, canvasContext: canvas.getContext("2d"), viewport }).promise;
    await this.read(page, target);
    page.cleanup();
  }

  // what a screen reader says of the picture of a page
  async read(page, target) {
    const { items } = await page.getTextContent();
    const text = document.createElement("div");
    text.className = "text";
    text.textContent = items.map((item) => item.str + (item.hasEOL ? "\n" : "")).join("").slice(0, TEXT_MAX);
    target.append(text);
  }

  say(words) {
    const told = document.createElement("p");
    told.setAttribute("role", "status");
    told.textContent = words;
    this.append(told);
  }
}

customElements.define("pdf-pages", PdfPages);
