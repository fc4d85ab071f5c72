// <link-list> around a list of links: Tab leads to one of them, the current one or where one
// was, so that three hundred folders are one stop. Arrows, Home and End go on, letters go to
// the next link that begins with them. Without it, each link is a stop.
import { plain } from "#lib/plain.js";

const TYPING_MS = 700;
const ENDS = { Home: 0, End: -1 };
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

class LinkList extends HTMLElement {
  typed = "";

  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.addEventListener("focusin", ({ target }) => this.lead(target), { signal });
    // the server's HTML knows nothing of it
    document.addEventListener("htmx:after:swap", () => this.mark(), { signal });
    this.mark();
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get links() {
    return [...this.querySelectorAll("a[href]")];
  }

  mark() {
    const { links } = this;
    const open = links.find((link) => link.getAttribute("aria-current") === "page");
    const stop = links.includes(this.stop) ? this.stop : open ?? links[0];
    for (const link of links) if (link !== stop && link.tabIndex !== -1) link.tabIndex = -1;
    this.lead(stop);
  }

  lead(link) {
    if (!link?.matches("a[href]")) return;
    if (this.stop !== link && this.stop) this.stop.tabIndex = -1;
    link.removeAttribute("tabindex");
    this.stop = link;
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const found = this.wanted(event);
    if (!found) return;
    // letters are no shortcuts here (hot-keys.js)
    event.preventDefault();
    found.focus();
  }

  wanted({ key, target, shiftKey }) {
    const { links } = this;
    const at = links.indexOf(target);
    if (at < 0) return null;
    if (key in ENDS) return links.at(ENDS[key]);
    if (key in STEPS) return shiftKey ? null : links[at + STEPS[key]] ?? target;
    return /^[\p{L}\p{N}]$/u.test(key) ? this.named(key, links, at) : null;
  }

  // one letter again and again goes through all that begin with it
  named(key, links, at) {
    clearTimeout(this.later);
    this.later = setTimeout(() => { this.typed = ""; }, TYPING_MS);
    const letter = plain(key);
    this.typed = this.typed === letter ? letter : this.typed + letter;
    const from = this.typed.length > 1 ? at : at + 1;
    const turned = [...links.slice(from), ...links.slice(0, from)];
    return turned.find((link) => nameOf(link).startsWith(this.typed)) ?? links[at];
  }
}

function nameOf(link) {
  return plain((link.querySelector(".folders__name") ?? link).textContent.trim());
}

customElements.define("link-list", LinkList);
