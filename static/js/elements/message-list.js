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
    const all = this.querySelector("[data-select-all]");
    if (all) all.hidden = false;
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get boxes() {
    return [...this.querySelectorAll('.row input[name="uid"]')];
  }

  clicked(event) {
    if (event.target.name === "uid") {
      this.range(event);
      return;
    }
    const link = event.target.closest(".row__link");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || !WIDE.matches) return;
    const reader = document.getElementById("reader");
    if (!reader) return;
    event.preventDefault();
    this.open(link, reader);
  }

  open(link, reader) {
    for (const row of this.querySelectorAll(".row--open")) row.classList.remove("row--open");
    const row = link.closest(".row");
    row.classList.add("row--open");
    row.classList.remove("row--unread");
    htmx.ajax("GET", link.href, { target: reader, swap: "innerHTML", push: link.href });
  }

  moved(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = [...this.querySelectorAll(".row__link")];
    const at = links.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    links[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
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
}

customElements.define("message-list", MessageList);
