// The composers of the dock: three at most, in the order in which they were opened.
import { framed, warn } from "#lib/composers.js";
import { remember, remembered } from "#lib/dock-memory.js";
import { Sheet } from "#models/sheet.js";

const MOST = 3;

export class Docked {
  constructor(dock) {
    this.dock = dock;
    this.sheets = [];
  }

  get isFull() {
    return this.sheets.length >= MOST;
  }

  get isEmpty() {
    return !this.sheets.length;
  }

  /** The one that has this address, or this node in it. */
  at(href) {
    return this.sheets.find((sheet) => sheet.href === href);
  }

  around(node) {
    return this.sheets.find((sheet) => sheet.node.contains(node));
  }

  add(href, before, loaded) {
    const sheet = new Sheet(this.dock.querySelector("template"), href, before);
    sheet.frame.addEventListener("load", () => loaded(sheet));
    for (const other of this.sheets.slice(0, -1)) other.fold(true);
    this.sheets.push(sheet);
    this.dock.append(sheet.node);
    this.dock.hidden = false;
    return sheet;
  }

  /** Opens it, or says that there is no room. */
  open(address, link, loaded) {
    if (this.isFull) warn(this.dock.dataset.full);
    else this.add(address.href, link, loaded).frame.src = framed(address);
  }

  /** Those that were open when the page went. */
  restore(loaded) {
    const open = remembered().slice(0, MOST);
    // a page that has the focus somewhere ignores what a frame says of it (autofocus)
    if (open.length && document.activeElement === document.body) document.querySelector("#content")?.focus({ preventScroll: true });
    for (const { place, isFolded } of open) {
      const address = new URL(place, location.href);
      const sheet = this.add(address.href, null, loaded);
      sheet.come();
      sheet.fold(isFolded);
      sheet.frame.src = framed(address);
    }
  }

  remove(sheet) {
    this.sheets = this.sheets.filter((other) => other !== sheet);
    sheet.node.remove();
    this.dock.hidden = this.isEmpty;
    this.remember();
    const next = sheet.before?.isConnected ? sheet.before : document.querySelector("#content");
    next?.focus();
  }

  unfold(sheet) {
    for (const other of this.sheets) if (other !== sheet && this.sheets.length > 2) other.fold(true);
    sheet.fold(false);
    sheet.focus();
    this.remember();
  }

  fold(sheet) {
    sheet.fold(true);
    this.remember();
  }

  /** Whether one of them has a text that is nowhere else, now that the visit has ended. */
  keepsPage() {
    return this.sheets.filter((sheet) => sheet.isEnded()).length > 0;
  }

  remember() {
    remember(this.sheets);
  }
}
