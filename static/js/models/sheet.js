// One composer of the dock: its head is ours, the form lies in a frame with its own page.
const WINDOW = "popup,width=820,height=760";
let count = 0;

export class Sheet {
  constructor(template, href, before) {
    this.node = template.content.firstElementChild.cloneNode(true);
    this.frame = this.node.querySelector("iframe");
    this.href = href;
    this.before = before;
    count += 1;
    this.frame.name = `composer-${count}`;
  }

  get page() {
    try {
      return this.frame.contentDocument;
    } catch {
      return null;
    }
  }

  get composer() {
    return this.page?.querySelector("compose-form") ?? null;
  }

  /** Tells the page that the visit has ended; whether it has to stay. */
  isEnded() {
    const { page } = this;
    return Boolean(page && !page.dispatchEvent(new page.defaultView.CustomEvent("visit:ended", { cancelable: true })));
  }

  /** Where it comes back: once something is written by the name of its draft. */
  get place() {
    const fields = this.composer?.querySelector("form").elements;
    if (!fields?.draft_root || !(this.composer.dirty || fields.draft_id.value)) return this.href;
    return new URL(`brouillon/${fields.draft_root.value}/`, fields.draft_root.form.action).href;
  }

  get isFolded() {
    return "folded" in this.node.dataset;
  }

  /** Adopts the page that has come; false: none of ours. */
  bind({ pressed, followed, left, written }) {
    const { page, composer } = this;
    if (!composer) return false;
    this.title();
    // a page of its own comes after it
    composer.querySelector("[name=individual]")?.setAttribute("formtarget", "_top");
    page.addEventListener("input", ({ target }) => { if (target.name === "subject") this.title(); });
    page.addEventListener("input", () => setTimeout(written));
    page.addEventListener("keydown", (event) => pressed(event));
    page.addEventListener("click", (event) => followed(event));
    page.addEventListener("submit", (event) => { if (!event.defaultPrevented) left(event); });
    this.arrive();
    return true;
  }

  /** Comes back with the page, which keeps the focus: whoever types there does not type here. */
  come() {
    this.isComing = this.isRestored = true;
    this.frame.dataset.coming = "";
  }

  // its editor may begin after that; the next page in it is one that somebody asked for
  arrive() {
    if (!this.isComing) {
      delete this.frame.dataset.coming;
      this.focus();
    }
    this.isComing = false;
  }

  title() {
    const { composer } = this;
    const text = composer.querySelector("[name=subject]").value.trim() || composer.querySelector("h1").textContent.trim();
    this.node.querySelector("[data-subject]").textContent = text;
    this.node.setAttribute("aria-label", text);
    this.frame.title = text;
  }

  focus() {
    const { page } = this;
    if (this.isFolded || !page) return;
    this.frame.contentWindow.focus();
    if (page.activeElement !== page.body) return;
    (page.querySelector("[autofocus]:not([hidden])") ?? page.querySelector("[contenteditable], [name=to]"))?.focus();
  }

  fold(folded) {
    this.node.toggleAttribute("data-folded", folded);
    this.node.querySelector(".dock__title").setAttribute("aria-expanded", String(!folded));
    this.frame.hidden = folded;
  }

  /** The same message elsewhere: in a window, or on the whole page. */
  move(place) {
    const open = this.composer?.querySelector("[data-open]");
    if (!open) return;
    if (place === "window") window.open("", this.frame.name + "-window", WINDOW);
    open.setAttribute("formtarget", place === "window" ? `${this.frame.name}-window` : "_top");
    if (place === "page") open.setAttribute("formaction", new URL(open.form.action).pathname);
    open.form.requestSubmit(open);
  }

  /** Keeps what was written among the drafts; false when nothing was. */
  keep() {
    const { composer } = this;
    const save = composer?.querySelector("[name=save]");
    if (!composer?.dirty || !save) return false;
    composer.querySelector("form").requestSubmit(save);
    return true;
  }
}
