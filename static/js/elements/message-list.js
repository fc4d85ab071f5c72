// <message-list> around the form of a folder's page: opens rows beside the list on wide
// screens; one row has the focus and is where Tab leads to (arrows, j and k go on). Without
// it, links do. What is done to rows: row-selection.js, row-actions.js, row-departures.js.
import htmx from "htmx";

const WIDE = matchMedia("(min-width: 768px)");
const ROW = ".row:not(.row--leaving)";
// what Tab would reach beside the one row that it leads to
const STOPS = [".row__link", '.row [name="uid"]'].map((stop) => `${stop}:not([tabindex="-1"])`).join();
const STEPS = { ArrowDown: 1, ArrowUp: -1, next: 1, previous: -1 };

class MessageList extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.addEventListener("focusin", (event) => this.reached(event.target.closest(".row")), { signal });
    document.addEventListener("shortcut", (event) => this.shortcut(event), { signal });
    document.addEventListener("htmx:after:swap", () => this.marked(), { signal });
    this.marked();
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  // what has left already is no row any more
  get rows() {
    return [...this.querySelectorAll(ROW)];
  }

  get current() {
    const row = this.at && document.getElementById(this.at);
    return row?.matches(ROW) && this.contains(row) ? row : this.querySelector(ROW);
  }

  // for a message beside (or below) the list
  get hasRoom() {
    return WIDE.matches && this.closest(".panes")?.dataset.layout !== "single";
  }

  clicked(event) {
    const link = event.target.closest(".row__link");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || !this.hasRoom) return;
    event.preventDefault();
    this.open(link);
  }

  async open(link) {
    const row = link.closest(".row");
    const unread = row.classList.contains("row--unread");
    this.opened = this.at = row.id;
    row.classList.remove("row--unread");
    this.marked();
    await htmx.ajax("GET", link.href, { target: "#reader", swap: "innerHTML show:top", push: link.href });
    document.querySelector("#reader .reader__subject")?.focus({ preventScroll: true });
    if (unread) this.dispatchEvent(new CustomEvent("folder:changed", { bubbles: true }));
  }

  // what the server's HTML does not know: that script runs, which row is open, which one
  // Tab leads to
  marked() {
    const all = this.querySelector("[data-select-all]");
    if (all) all.hidden = !this.querySelector(ROW);
    const reading = document.querySelector("#reader .reader");
    // a page that was loaded with its message
    this.opened ??= reading?.id.replace("message-", "row-");
    const open = reading && document.getElementById(this.opened);
    // a list may be long: only what changes is touched
    for (const row of this.querySelectorAll(".row--open")) if (row !== open) told(row, false);
    if (open?.matches(".row") && this.contains(open)) told(open, true);
    for (const stop of this.querySelectorAll(STOPS)) stop.tabIndex = -1;
    this.reached(this.current);
  }

  reached(row) {
    if (!row) return;
    const before = this.at && document.getElementById(this.at);
    if (before) tabbed(before, false);
    this.at = row.id;
    tabbed(row, true);
  }

  focusRow(row = this.current) {
    const title = this.querySelector(".listing__title");
    if (!row && title) title.tabIndex = -1;
    (row?.querySelector(".row__link") ?? title)?.focus();
  }

  pressed(event) {
    if (!event.target.matches(".row__link") || event.shiftKey || !STEPS[event.key]) return;
    event.preventDefault();
    this.step(STEPS[event.key], false);
  }

  shortcut(event) {
    const { act } = event.detail;
    if (!this.rows.length) return;
    const reading = Boolean(event.target.closest("#reader"));
    if (act in STEPS) this.step(STEPS[act], reading);
    else if (act === "open" && !reading) this.current.querySelector(".row__link").click();
    else if (act === "back" && !document.querySelector('#reader [data-act="back"]')?.checkVisibility?.()) this.focusRow();
    else return;
    event.preventDefault();
  }

  // from the message that is read, the next one is read
  step(by, reading) {
    const { rows } = this;
    const inside = reading || document.activeElement?.closest?.(".row");
    const row = inside ? rows[rows.indexOf(this.current) + by] : this.current;
    if (!row) return;
    if (reading) this.open(row.querySelector(".row__link"));
    else this.focusRow(row);
  }
}

function told(row, open) {
  row.classList.toggle("row--open", open);
  const link = row.querySelector(".row__link");
  if (open) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
}

function tabbed(row, on) {
  for (const stop of row.querySelectorAll(".row__link, [name=uid]")) stop.tabIndex = on ? 0 : -1;
}

customElements.define("message-list", MessageList);
