// <list-pages data-page data-extra data-pages data-size> behind the rows of a list: reads
// the page before or after when the person comes near it, by wheel or by arrow, and keeps
// at most MOST pages. Without it, the links of the nav that follows do.
import { addressOf, readdress, regions } from "#lib/pages.js";
import { cut, join, onDay, rowsOf } from "#lib/rows.js";
import { grouped, reach, scrollerOf, seen, still } from "#lib/scrolling.js";

const NEAR = 900;
const REST = 100;
const MOST = 20;
const ENDS = { start: "prev", end: "next" };

class ListPages extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    // htmx parks elements elsewhere while it compares
    if (!this.list) return;
    const { signal } = this.ending;
    document.addEventListener("scroll", () => this.soon(), { signal, capture: true, passive: true });
    addEventListener("resize", () => { this.held = null; }, { signal });
    this.list.addEventListener("wheel", (event) => event.deltaY < 0 && this.look("start"), { signal, passive: true });
    this.list.addEventListener("keydown", (event) => this.pressed(event), { signal });
    if (this.dataset.sought) reach(onDay(this.list, this.dataset.sought)?.querySelector(".row__link"));
  }

  disconnectedCallback() {
    this.ending.abort();
    clearTimeout(this.timer);
  }

  get list() {
    return this.closest(".listing");
  }

  get scroller() {
    return (this.held ??= scrollerOf(this));
  }

  soon() {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.look();
      this.tell();
    }, REST);
  }

  number(name) {
    return Number(this.dataset[name]) || 0;
  }

  next(end) {
    const page = end === "start" ? this.number("page") - 1 : this.number("page") + this.number("extra") + 1;
    return page >= 1 && page <= this.number("pages") ? page : 0;
  }

  link(end) {
    return this.list.querySelector(`.pagination [rel="${ENDS[end]}"]`);
  }

  look(only) {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const rises = scrollTop < (this.at ?? scrollTop);
    this.at = scrollTop;
    if (this.reading) return;
    if (!only && scrollHeight - scrollTop - clientHeight < NEAR) this.read("end");
    else if (scrollTop < NEAR && (only || rises)) this.read("start");
  }

  async pressed(event) {
    const end = { ArrowUp: "start", ArrowDown: "end" }[event.key];
    const rows = rowsOf(this.list);
    const outermost = end === "start" ? rows[0] : rows.at(-1);
    if (!end || event.shiftKey || !outermost?.contains(event.target) || !this.next(end)) return;
    event.preventDefault();
    const fresh = await this.read(end);
    (end === "start" ? fresh.at(-1) : fresh[0])?.querySelector(".row__link").focus();
  }

  // one page at a time: who asks for the same meanwhile gets the same rows
  async read(end) {
    if (this.reading && this.reading !== end) await this.coming;
    if (this.reading === end) return this.coming;
    const page = this.next(end);
    if (!page) return [];
    this.reading = end;
    this.coming = this.fetched(page, end).finally(() => { this.reading = null; });
    return this.coming;
  }

  // what fails is left to the link
  async fetched(page, end) {
    const html = await regions(addressOf(this.link(end).href, page, 0));
    return html ? this.add(new DOMParser().parseFromString(html, "text/html"), end) : [];
  }

  add(page, end) {
    const rows = rowsOf(this.list);
    const full = this.number("extra") + 1 >= MOST;
    const fresh = still(this.scroller, end === "start" ? rows[0] : rows.at(-1), () => {
      const came = join(this.list, page, end);
      if (full) cut(this.list, this.number("size"), end === "start" ? "end" : "start");
      return came;
    });
    this.dataset.pages = page.querySelector("list-pages")?.dataset.pages ?? this.dataset.pages;
    this.shift(end === "start" ? -1 : Number(full), full ? 0 : 1);
    return fresh;
  }

  shift(page, extra) {
    this.dataset.page = this.number("page") + page;
    this.dataset.extra = this.number("extra") + extra;
    readdress(this.list, this.number("page"), this.number("extra"));
    for (const end of ["start", "end"]) {
      this.link(end).hidden = !this.next(end);
      this.link(end).href = addressOf(this.link(end).href, this.next(end), 0);
    }
  }

  // «101–112», of the rows that are seen
  tell() {
    const shown = this.list.querySelector(".pagination__seen");
    const before = (this.number("page") - 1) * this.number("size");
    const span = seen(this.list, this.scroller);
    if (shown && span) shown.textContent = span.map((place) => grouped(before + place + 1)).join("–");
  }
}

customElements.define("list-pages", ListPages);
