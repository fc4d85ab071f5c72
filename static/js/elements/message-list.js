// <message-list> around the form of a folder's page: opens rows beside the list on wide
// screens, selects with shift, moves with the arrows. Without it, links and buttons do.
import htmx from "htmx";

const WIDE = matchMedia("(min-width: 768px)");

class MessageList extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("keydown", (event) => this.moved(event), { signal });
    this.addEventListener("change", (event) => this.selected(event), { signal });
    this.addEventListener("submit", (event) => this.leaving(event), { signal });
    document.addEventListener("htmx:response:error", () => this.stayed(), { signal });
    document.addEventListener("htmx:after:swap", () => this.marked(), { signal });
    this.marked();
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get boxes() {
    return [...this.querySelectorAll('.row input[name="uid"]')];
  }

  get links() {
    return [...this.querySelectorAll(".row__link")];
  }

  // for a message beside (or below) the list
  get hasRoom() {
    return WIDE.matches && this.closest(".panes")?.dataset.layout !== "single";
  }

  clicked(event) {
    if (event.target.name === "uid") {
      this.range(event);
      return;
    }
    const link = event.target.closest(".row__link");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || !this.hasRoom) return;
    event.preventDefault();
    this.open(link);
  }

  async open(link) {
    const row = link.closest(".row");
    const unread = row.classList.contains("row--unread");
    this.opened = row.id;
    row.classList.remove("row--unread");
    this.marked();
    await htmx.ajax("GET", link.href, { target: "#reader", swap: "innerHTML show:top", push: link.href });
    document.querySelector("#reader .reader__subject")?.focus({ preventScroll: true });
    if (unread) this.dispatchEvent(new CustomEvent("folder:changed", { bubbles: true }));
  }

  // what the server's HTML does not know: that script runs, which row is open
  marked() {
    this.querySelector("[data-select-all]").hidden = !this.boxes.length;
    const reading = document.querySelector("#reader .reader");
    // a page that was loaded with its message
    this.opened ??= reading?.id.replace("message-", "row-");
    for (const row of this.querySelectorAll(".row")) {
      row.classList.toggle("row--open", Boolean(reading && row.id === this.opened));
    }
  }

  moved(event) {
    const links = this.links;
    const at = links.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (at < 0) return;
    if (event.key === " ") {
      event.preventDefault();
      this.boxes[at].click();
    }
    if (!step) return;
    event.preventDefault();
    links[at + step]?.focus();
  }

  range(event) {
    const boxes = this.boxes;
    const at = boxes.indexOf(event.target);
    if (event.shiftKey && this.last >= 0) {
      const [from, to] = [Math.min(at, this.last), Math.max(at, this.last)];
      for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
    }
    this.last = at;
  }

  selected(event) {
    if (event.target.matches("[data-select-all] input")) {
      for (const box of this.boxes) box.checked = event.target.checked;
    }
  }

  // what leaves is gone at once; an error brings it back
  leaving(event) {
    if (event.submitter?.name !== "to" && !event.submitter?.hasAttribute("data-leaves")) return;
    for (const box of this.boxes) {
      if (box.checked) box.closest(".row").classList.add("row--leaving");
    }
  }

  stayed() {
    for (const row of this.querySelectorAll(".row--leaving")) row.classList.remove("row--leaving");
  }
}

customElements.define("message-list", MessageList);
