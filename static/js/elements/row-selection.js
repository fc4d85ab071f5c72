// <row-selection data-one data-many> in the bar of a list: ranges with Shift, the whole
// page (Ctrl+A), the whole folder ([name=all]); says how many are selected.
import { isBeside } from "#lib/swaps.js";
import { isTyping } from "#lib/typing.js";
import { Selection } from "#models/selection.js";

class RowSelection extends HTMLElement {
  connectedCallback() {
    this.list = this.closest("message-list");
    this.ending = new AbortController();
    // htmx parks what has an id elsewhere while it compares
    if (!this.list) return;
    const { signal } = this.ending;
    this.selection ??= new Selection();
    this.list.addEventListener("click", (event) => this.clicked(event), { signal });
    this.list.addEventListener("change", (event) => this.changed(event), { signal });
    this.list.addEventListener("selection:changed", () => this.tell(), { signal });
    document.addEventListener("keydown", (event) => this.pressed(event), { signal });
    document.addEventListener("shortcut", (event) => this.shortcut(event), { signal });
    document.addEventListener("act:begun", () => this.all(false), { signal });
    document.addEventListener("htmx:after:swap", (event) => isBeside(event) || this.tell(), { signal });
    this.tell();
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get boxes() {
    return [...this.list.querySelectorAll('.row:not(.row--leaving) input[name="uid"]')];
  }

  get whole() {
    return this.list.querySelector("[name=all]");
  }

  clicked(event) {
    const box = event.target.name === "uid" ? event.target : null;
    const link = event.target.closest(".row__link");
    if (link && event.shiftKey) {
      event.preventDefault();
      this.extend(link.closest(".row").querySelector("[name=uid]"));
    } else if (box && event.shiftKey) {
      this.extend(box, box.checked);
    } else if (box) {
      this.selection.begin(box.value);
    }
  }

  extend(box, on = true) {
    const { boxes } = this;
    const range = new Set(this.selection.range(boxes.map((b) => b.value), box.value));
    for (const other of boxes) if (range.has(other.value)) other.checked = on;
    this.tell();
  }

  changed({ target }) {
    if (target.matches("[data-select-all] input")) this.all(target.checked);
    if (target.name === "all" && target.checked) this.all(true);
    this.tell();
  }

  all(on) {
    for (const box of this.boxes) box.checked = on;
    this.tell();
  }

  pressed(event) {
    const own = event.target.closest("#list, #reader, #content") || event.target === document.body;
    if (isTyping(event.target) || !own || event.target.closest("#reader")) return;
    if (event.key === " " && event.target.matches(".row__link")) this.toggle(event);
    if (event.key.toLowerCase() !== "a" || !(event.ctrlKey || event.metaKey) || !this.boxes.length) return;
    event.preventDefault();
    this.all(true);
  }

  toggle(event) {
    event?.preventDefault();
    const box = document.activeElement?.closest?.(".row")?.querySelector("[name=uid]");
    box?.click();
    return Boolean(box);
  }

  shortcut(event) {
    const { act } = event.detail;
    const focused = document.activeElement?.closest?.(".row");
    if (act === "select" && this.toggle()) event.preventDefault();
    if (act === "extend" && focused) {
      this.extend(focused.querySelector("[name=uid]"));
      event.preventDefault();
    }
    if (act === "escape" && this.boxes.some((box) => box.checked)) {
      this.all(false);
      event.preventDefault();
    }
  }

  // what the selection is already need not be offered
  describe(rows) {
    const share = (is) => {
      const some = rows.filter(is).length;
      if (this.whole?.checked || (some && some < rows.length)) return "some";
      return some ? "all" : "none";
    };
    this.list.dataset.starred = share((row) => row.querySelector(".row__star"));
    this.list.dataset.read = share((row) => !row.classList.contains("row--unread"));
  }

  // nothing may claim the whole folder while a row of it is left out
  tell() {
    const { boxes } = this;
    const checked = boxes.filter((box) => box.checked);
    const count = checked.length;
    const full = count > 0 && count === boxes.length;
    const page = this.list.querySelector("[data-select-all]");
    if (page) {
      page.hidden = !boxes.length;
      Object.assign(page.querySelector("input"), { checked: full, indeterminate: count > 0 && !full });
    }
    if (this.whole && !full) this.whole.checked = false;
    this.describe(checked.map((box) => box.closest(".row")));
    const number = this.whole?.checked ? this.whole.dataset.count : String(count);
    const words = number === "1" ? this.dataset.one : this.dataset.many.replace("%s", number);
    if (this.textContent !== words) this.textContent = count ? words : "";
  }
}

customElements.define("row-selection", RowSelection);
