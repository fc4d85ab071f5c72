// <compose-dock> beside the mail: what would open a composer as a page opens it here, up to
// three at once. They stay while one goes from folder to folder, and come back with the page.
import htmx from "htmx";
import { Docked } from "#models/docked.js";
import { composes, framed, isFollowed, isNew, takesBack } from "#lib/composers.js";
import { keepsDock, visit } from "#lib/visiting.js";

const WIDE = "(min-width: 1000px)";
const MOVING = 500;

class ComposeDock extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    document.addEventListener("click", (event) => this.wanted(event), { signal });
    document.addEventListener("submit", (event) => this.taken(event), { signal, capture: true });
    // before htmx, which would load the page anew
    addEventListener("popstate", (event) => this.back(event), { signal, capture: true });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    document.addEventListener("visit:ended", (event) => this.docked.keepsPage() && event.preventDefault(), { signal });
    if (this.docked) return;
    this.docked = new Docked(this);
    this.loading = (sheet) => this.loaded(sheet);
    if (matchMedia(WIDE).matches) this.docked.restore(this.loading);
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  wanted(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || !isFollowed(event, link)) return;
    const address = new URL(link.href, location.href);
    if (composes(address)) this.open(event, address, link);
    else if (!this.docked.isEmpty && keepsDock(link, address)) {
      event.preventDefault();
      visit(address.href);
    }
  }

  open(event, address, link) {
    if (!matchMedia(WIDE).matches) return;
    event.preventDefault();
    const known = isNew(address) ? null : this.docked.at(address.href);
    if (known) this.docked.unfold(known);
    else this.docked.open(address, link, this.loading);
  }

  loaded(sheet) {
    if (sheet.page?.URL === "about:blank") return;
    const isBound = sheet.bind({
      pressed: (event) => this.pressed(event, sheet),
      followed: (event) => this.followed(event, sheet),
      left: (event) => this.left(event, sheet),
      written: () => this.docked.remember(),
    });
    if (isBound) this.docked.remember();
    else if (sheet.page?.querySelector("compose-end")) this.ended(sheet);
    else if (!sheet.page?.querySelector("[data-stays]")) this.lost(sheet);
  }

  // what is not ours (the visit has ended) has a page of its own
  lost(sheet) {
    if (sheet.isRestored) this.docked.remove(sheet);
    else location.assign(sheet.href);
  }

  // to a window, or the whole page
  left(event, sheet) {
    if (!event.submitter?.hasAttribute("data-open")) return;
    sheet.isLeaving = true;
    this.docked.remember();
    setTimeout(() => this.docked.remove(sheet), MOVING);
  }

  ended(sheet) {
    const told = [...sheet.page.querySelectorAll("#notices > *")];
    this.docked.remove(sheet);
    const notices = document.querySelector("#notices");
    notices.replaceChildren(...told.map((notice) => document.importNode(notice, true)));
    htmx.process(notices);
  }

  clicked(event) {
    const button = event.target.closest("button");
    const sheet = button && this.docked.around(button);
    if (!sheet) return;
    const { dataset } = button;
    if ("window" in dataset) sheet.move("window");
    else if ("page" in dataset) sheet.move("page");
    else if ("close" in dataset) sheet.keep() || this.docked.remove(sheet);
    else if (sheet.isFolded) this.docked.unfold(sheet);
    else this.docked.fold(sheet);
  }

  // Escape leaves the text for the mail; it is closed by its button
  pressed(event, sheet) {
    const open = [...sheet.page.querySelectorAll("dialog[open], :popover-open, [role=listbox]")];
    if (event.key !== "Escape" || event.defaultPrevented || open.some((each) => each.checkVisibility())) return;
    this.docked.fold(sheet);
    sheet.node.querySelector(".dock__title").focus();
  }

  // a link in the frame leads away from the message
  followed(event, sheet) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || link.target || link.getAttribute("href").startsWith("#") || link.closest("[contenteditable]")) return;
    event.preventDefault();
    const address = new URL(link.href);
    if (composes(address)) sheet.frame.src = framed(address);
    else if (!sheet.composer?.dirty || confirm(this.dataset.abandon)) this.docked.remove(sheet);
  }

  // taking a message back opens it again, here
  taken(event) {
    const form = event.target;
    if (!takesBack(form) || form.target || !matchMedia(WIDE).matches || this.docked.isFull) return;
    form.target = this.docked.add(form.action, null, this.loading).frame.name;
    setTimeout(() => form.closest("#notices > *")?.remove());
  }

  back(event) {
    if (this.docked.isEmpty) return;
    event.stopImmediatePropagation();
    visit(location.href, { push: false });
  }
}

customElements.define("compose-dock", ComposeDock);
