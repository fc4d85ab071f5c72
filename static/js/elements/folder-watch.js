// <folder-watch data-url data-state data-uidvalidity> inside a list: asks for the list again
// when something says that the folder has changed (an event, an act on the page), and now
// and then by itself. What is selected, in focus or being read stays.
import htmx from "htmx";
import { askAfter } from "#lib/leaves.js";

const TICK = 30_000;
const REST = 250;
const BUSY = 1000;
const LOST = 5000;
// in ticks: a page that hears of changes asks to be sure, one that is hidden for its title
const SURE = 10;
const HIDDEN = 2;

class FolderWatch extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.ticks = 0;
    document.dispatchEvent(new Event("live:wanted"));
    this.timer = setInterval(() => this.tick(), TICK);
    document.addEventListener("visibilitychange", () => document.hidden || this.ask(), { signal });
    document.addEventListener("folder:changed", () => this.ask(), { signal });
    document.addEventListener("live:changed", (event) => this.told(event.detail), { signal });
    this.addEventListener("htmx:error", () => this.unanswered(), { signal });
    this.addEventListener("htmx:after:request", (event) => this.answered(event.detail.ctx.response.status), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
    clearInterval(this.timer);
    clearTimeout(this.later);
  }

  // a folder that is gone may be made anew
  told(detail) {
    if (!this.missing || detail?.folder === this.dataset.folder) this.ask();
  }

  tick() {
    this.ticks += 1;
    if (this.missing) return;
    const heard = document.querySelector("live-events")?.on;
    const every = document.hidden ? HIDDEN : heard ? SURE : 1;
    if (this.ticks % every === 0) this.ask();
  }

  // an open menu would be closed under the hand
  get busy() {
    return Boolean(document.querySelector("#listing details[open]"));
  }

  async ask() {
    if (this.asking || this.busy) {
      this.wait(this.asking ? REST : BUSY);
      return;
    }
    this.asking = true;
    const before = this.remembered();
    // what the page asks by itself does not prolong the visit
    const headers = { "X-Background": "1" };
    await htmx.ajax("GET", this.address, { target: "#list", swap: "innerMorph show:none", source: this, headers });
    this.asking = false;
    this.restore(before);
  }

  wait(delay) {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.ask(), delay);
  }

  get address() {
    const url = new URL(this.dataset.url, location.href);
    url.searchParams.set("etat", this.dataset.state);
    if (this.dataset.alone) url.searchParams.set("seul", "1");
    // a row may stand for several messages
    else url.searchParams.set("vu", Math.max(0, ...this.boxes.flatMap((box) => box.value.split(/\D+/).map(Number))));
    const reader = document.querySelector("#standing:empty")?.closest(".reader");
    if (reader) askAfter(reader, url.searchParams);
    return url.href;
  }

  get boxes() {
    return [...document.querySelectorAll('#listing input[name="uid"]')];
  }

  // an answer without the list does not tell it
  get uidvalidity() {
    this.known = this.dataset.uidvalidity ?? this.known;
    return this.known;
  }

  remembered() {
    const rows = [...document.querySelectorAll("#listing .row")];
    const row = rows.findIndex((each) => each.contains(document.activeElement));
    return { row, uidvalidity: this.uidvalidity };
  }

  restore({ row, uidvalidity }) {
    // the row in focus has left: its neighbour takes its place
    if (row >= 0 && document.activeElement === document.body) {
      const links = document.querySelectorAll("#listing .row__link");
      links[Math.min(row, links.length - 1)]?.focus();
    }
    // the folder was made anew: the numbers mean other messages
    if (this.uidvalidity !== uidvalidity) {
      for (const box of this.boxes) box.checked = false;
    }
  }

  answered(status) {
    this.reached(true);
    // that the folder is no longer there is said once
    this.missing = status === 404;
  }

  unanswered() {
    this.reached(false);
    this.wait(LOST);
  }

  reached(detail) {
    document.dispatchEvent(new CustomEvent("live:reached", { detail }));
  }
}

customElements.define("folder-watch", FolderWatch);
