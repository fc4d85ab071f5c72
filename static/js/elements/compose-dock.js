// <compose-dock> beside the mail: what would open a composer as a page opens it here, up to
// three at once. They stay while one goes from folder to folder.
import htmx from "htmx";
import { Sheet } from "#models/sheet.js";
import { composes, framed, isFollowed, isNew, takesBack, warn } from "#lib/composers.js";
import { keepsDock, visit } from "#lib/visiting.js";

const WIDE = "(min-width: 1000px)";
const MOST = 3;
const MOVING = 500;

class ComposeDock extends HTMLElement {
  connectedCallback() {
    this.sheets ??= [];
    this.ending = new AbortController();
    const { signal } = this.ending;
    document.addEventListener("click", (event) => this.wanted(event), { signal });
    document.addEventListener("submit", (event) => this.taken(event), { signal, capture: true });
    // before htmx, which would load the page anew
    addEventListener("popstate", (event) => this.back(event), { signal, capture: true });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  wanted(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || !isFollowed(event, link)) return;
    const address = new URL(link.href, location.href);
    if (composes(address)) this.open(event, address, link);
    else if (this.sheets.length && keepsDock(link, address)) {
      event.preventDefault();
      visit(address.href);
    }
  }

  open(event, address, link) {
    if (!matchMedia(WIDE).matches) return;
    event.preventDefault();
    const known = isNew(address) ? null : this.sheets.find((sheet) => sheet.href === address.href);
    if (known) this.unfold(known);
    else if (this.sheets.length < MOST) this.add(address.href, link).frame.src = framed(address);
    else warn(this.dataset.full);
  }

  add(href, before) {
    const sheet = new Sheet(this.querySelector("template"), href, before);
    sheet.frame.addEventListener("load", () => this.loaded(sheet));
    for (const other of this.sheets.slice(0, -1)) other.fold(true);
    this.sheets.push(sheet);
    this.append(sheet.node);
    this.hidden = false;
    return sheet;
  }

  loaded(sheet) {
    if (sheet.page?.URL === "about:blank") return;
    const isBound = sheet.bind({
      pressed: (event) => this.pressed(event, sheet),
      followed: (event) => this.followed(event, sheet),
      left: (event) => { if (event.submitter?.hasAttribute("data-open")) setTimeout(() => this.remove(sheet), MOVING); },
    });
    if (isBound) return;
    // what is not ours (the visit has ended) has a page of its own
    if (!sheet.page?.querySelector("compose-end")) location.assign(sheet.href);
    else this.ended(sheet);
  }

  ended(sheet) {
    const told = [...sheet.page.querySelectorAll("#notices > *")];
    this.remove(sheet);
    const notices = document.querySelector("#notices");
    notices.replaceChildren(...told.map((notice) => document.importNode(notice, true)));
    htmx.process(notices);
  }

  remove(sheet) {
    this.sheets = this.sheets.filter((other) => other !== sheet);
    sheet.node.remove();
    this.hidden = !this.sheets.length;
    const next = sheet.before?.isConnected ? sheet.before : document.querySelector("#content");
    next?.focus();
  }

  unfold(sheet) {
    for (const other of this.sheets) if (other !== sheet && this.sheets.length > 2) other.fold(true);
    sheet.fold(false);
    sheet.focus();
  }

  clicked(event) {
    const button = event.target.closest("button");
    const sheet = this.sheets.find(({ node }) => node.contains(button));
    if (!sheet) return;
    const { dataset } = button;
    if ("window" in dataset) sheet.move("window");
    else if ("page" in dataset) sheet.move("page");
    else if ("close" in dataset) sheet.keep() || this.remove(sheet);
    else if (sheet.isFolded) this.unfold(sheet);
    else sheet.fold(true);
  }

  // Escape leaves the text for the mail; it is closed by its button
  pressed(event, sheet) {
    const open = [...sheet.page.querySelectorAll("dialog[open], :popover-open, [role=listbox]")];
    if (event.key !== "Escape" || event.defaultPrevented || open.some((each) => each.checkVisibility())) return;
    sheet.fold(true);
    sheet.node.querySelector(".dock__title").focus();
  }

  // a link in the frame leads away from the message
  followed(event, sheet) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || link.target || link.getAttribute("href").startsWith("#") || link.closest("[contenteditable]")) return;
    event.preventDefault();
    const address = new URL(link.href);
    if (composes(address)) sheet.frame.src = framed(address);
    else if (!sheet.composer?.dirty || confirm(this.dataset.abandon)) this.remove(sheet);
  }

  // taking a message back opens it again, here
  taken(event) {
    const form = event.target;
    if (!takesBack(form) || form.target || !matchMedia(WIDE).matches || this.sheets.length >= MOST) return;
    form.target = this.add(form.action, null).frame.name;
    setTimeout(() => form.closest("#notices > *")?.remove());
  }

  back(event) {
    if (!this.sheets.length) return;
    event.stopImmediatePropagation();
    visit(location.href, { push: false });
  }
}

customElements.define("compose-dock", ComposeDock);
