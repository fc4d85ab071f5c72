// <message-list> around the form of a folder's page: opens rows beside the list on wide
// screens; one row has the focus and is where Tab leads to (arrows, j and k go on). Without
// it, links do. What is done to rows: row-selection.js, row-actions.js, row-departures.js.
import { openUids } from "#lib/open-message.js";
import { Opening, reading } from "#lib/opening.js";
import { tabbed, tellOpen, untab } from "#lib/row-marks.js";
import { isBeside } from "#lib/swaps.js";

const WIDE = matchMedia("(min-width: 768px)");
const ROW = ".row:not(.row--leaving)";
const STEPS = { ArrowDown: 1, ArrowUp: -1, next: 1, previous: -1 };

class MessageList extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    this.opening ??= new Opening(this);
    const { signal } = this.ending;
    this.opening.listen(signal);
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.addEventListener("focusin", (event) => this.reached(event.target.closest(".row")), { signal });
    document.addEventListener("shortcut", (event) => this.shortcut(event), { signal });
    document.addEventListener("htmx:after:swap", (event) => (isBeside(event) ? this.tell() : this.marked()), { signal });
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
    const known = [document.getElementById(this.at), this.openRow];
    return known.find((row) => row?.matches(ROW) && this.contains(row)) ?? this.querySelector(ROW);
  }

  // for a message beside (or below) the list
  get hasRoom() {
    return WIDE.matches && this.closest(".panes")?.dataset.layout !== "single";
  }

  clicked(event) {
    const link = event.target.closest(".row__link");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || !this.hasRoom) return;
    event.preventDefault();
    this.open(link.closest(".row"));
  }

  async open(row, held = false) {
    const coming = this.opening.show(row, held);
    this.reached(row);
    this.tell();
    const there = await coming;
    this.unsure ||= row.classList.contains("row--unread");
    if (there) this.opened = row.id;
    this.tell();
    if (!there) return;
    document.getElementById(row.id)?.classList.remove("row--unread");
    // those that were overtaken may be read too
    if (this.unsure) this.dispatchEvent(new CustomEvent("folder:changed", { bubbles: true }));
    this.unsure = false;
  }

  // of the message that is on its way or read; a conversation is in that of its newest one
  get openRow() {
    // a page that was loaded with its message
    this.opened ??= reading()?.id.replace("message-", "row-");
    const id = this.opening.row || (reading() && this.opened);
    return document.getElementById(id) ?? document.getElementById(`row-${openUids()[0]}`);
  }

  tell() {
    tellOpen(this, this.openRow);
  }

  // what the server's HTML does not know: what is read, what Tab leads to
  marked() {
    this.tell();
    untab(this);
    this.reached(this.current);
  }

  reached(row) {
    if (!row) return;
    tabbed(document.getElementById(this.at), false);
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
    const { act, repeat } = event.detail;
    if (!this.rows.length) return;
    const reading = Boolean(event.target.closest("#reader"));
    if (act in STEPS) this.step(STEPS[act], reading, repeat);
    else if (act === "open" && !reading) this.current.querySelector(".row__link").click();
    else if (act === "back" && !document.querySelector('#reader [data-act="back"]')?.checkVisibility?.()) this.focusRow();
    else return;
    event.preventDefault();
  }

  // from the message that is read, the next one is read; from one that left, the one that
  // the list is at
  step(by, reading, held) {
    const { current, rows } = this;
    const from = reading ? rows.indexOf(this.openRow) : rows.indexOf(current);
    const inside = from >= 0 && (reading || document.activeElement?.closest?.(".row"));
    const row = inside ? rows[from + by] : current;
    if (!row) return;
    if (reading) this.open(row, held);
    else (this.opening.stay(), this.focusRow(row));
  }
}

customElements.define("message-list", MessageList);
