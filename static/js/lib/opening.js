// Opens messages beside their list, one at a time: of several that are asked for, the last
// one is shown. A key that acts on a message waits while one is on its way, and is then
// about that one: it never acts on the message before.
import htmx from "htmx";
import { perform } from "#lib/shortcuts.js";
import { isTyping } from "#lib/typing.js";

const ACTS = new Set([
  "archive", "delete", "junk", "move", "label", "snooze", "star", "seen", "unseen",
  "reply", "reply-all", "forward",
]);
// what keeps its turn behind those that wait already
const AFTER = new Set([...ACTS, "next", "previous", "open", "back", "undo"]);
const REST = 80;
const SLOW = 250;

const pane = () => document.getElementById("reader");
const rested = (delay) => new Promise((resolve) => { setTimeout(resolve, delay); });
const frame = () => new Promise((resolve) => { requestAnimationFrame(resolve); });

export const reading = () => document.querySelector("#reader .reader");

export class Opening {
  // the id of the row whose message is on its way
  row = "";
  keys = [];

  /** `list` says by hx-sync that the last request is the one that counts. */
  constructor(list) {
    this.list = list;
  }

  listen(signal) {
    document.addEventListener("shortcut", (event) => this.hold(event), { signal, capture: true });
    // what would come after the person went back would lead forward again
    const stop = () => this.list.dispatchEvent(new CustomEvent("htmx:abort"));
    document.addEventListener("htmx:before:history:restore", stop, { signal });
  }

  /** Whether it is there now: it may have been overtaken, or not come. `held`: the key that
   * asks is still down, what it passes by is not read. */
  async show(row, held) {
    const turn = this.begin(row.id);
    const before = reading();
    const { href } = row.querySelector(".row__link");
    if (held) await rested(REST);
    if (this.turn !== turn) return false;
    await htmx.ajax("GET", href, { target: "#reader", swap: "innerHTML", push: href, source: this.list });
    if (this.turn !== turn) return false;
    clearTimeout(this.slow);
    pane().removeAttribute("aria-busy");
    const there = Boolean(reading()) && reading() !== before;
    if (there) this.settle(turn);
    else this.end();
    return there;
  }

  begin(row) {
    this.row = row;
    this.leads = true;
    clearTimeout(this.slow);
    this.slow = setTimeout(() => pane().setAttribute("aria-busy", "true"), SLOW);
    return (this.turn = {});
  }

  // in the frame that paints it, where the page is laid out in any case
  async settle(turn) {
    await frame();
    if (this.turn !== turn) return;
    const keys = this.end();
    const subject = reading()?.querySelector(".reader__subject");
    pane().scrollTop = 0;
    if (this.leads && !isTyping(document.activeElement)) subject?.focus({ preventScroll: true });
    while (keys.length && !this.row) perform(keys.shift(), subject ?? pane());
    this.keys.push(...keys);
  }

  end() {
    this.row = "";
    return this.keys.splice(0);
  }

  hold(event) {
    if (!this.waits(event.detail.act, event.target.closest(".row"))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.keys.push(event.detail.act);
  }

  // what is selected, and a row that is not the one that comes, are acted on as they are
  waits(act, at) {
    const other = at && (at.id !== this.row || this.list.querySelector('[name="uid"]:checked'));
    return this.row && !other && (this.keys.length ? AFTER : ACTS).has(act);
  }

  /** The person goes on in the list: the focus stays there. */
  stay() {
    this.leads = false;
  }
}
