// <recipient-chips> around a list: the recipients of one line. Arrows go from one to the
// next, Delete removes, Enter opens what else can be done, Alt and an arrow moves to the
// line above or below. It tells what is wanted by "recipient:<verb>" with {index, …}.
import { chip, make, rest } from "#lib/chips.js";
import { words } from "#lib/words.js";

// more are counted, not shown: a page with thousands would not answer any more
const SHOWN = 30;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

class RecipientChips extends HTMLElement {
  shown = SHOWN;

  connectedCallback() {
    this.say = words("recipients");
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.addEventListener("focusout", (event) => this.contains(event.relatedTarget) || this.close(), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get names() {
    return [...this.querySelectorAll(".recipient__name")];
  }

  // `places`: the lines one can move to, {label, index}; `about(person)` for lib/chips.js
  show(people, places, about) {
    Object.assign(this, { people, places });
    this.first = Math.max(0, people.length - this.shown);
    const chips = people.slice(this.first).map((one) => chip(one, { say: this.say, ...about(one) }));
    this.querySelector("ul").replaceChildren(...(this.first ? [rest(this.first, this.say)] : []), ...chips);
    this.hidden = !people.length;
    // one of them is reached by Tab, the others from there by the arrows
    if (chips.length) this.names.at(-1).tabIndex = 0;
  }

  focusAt(index) {
    const { names } = this;
    names[Math.min(Math.max(index - this.first, 0), names.length - 1)]?.focus();
  }

  tell(verb, index, more = {}) {
    this.close();
    this.dispatchEvent(new CustomEvent(`recipient:${verb}`, { bubbles: true, detail: { index, ...more } }));
  }

  indexOf(target) {
    return this.first + this.names.indexOf(target.closest(".recipient")?.querySelector(".recipient__name"));
  }

  clicked({ target }) {
    if (target.closest("[data-clear]")) this.tell("clear", 0);
    else if (target.closest(".recipient__more")) {
      this.shown += 500;
      this.tell("more", 0);
    } else if (target.closest("[role=menuitem]")) this.act(target.closest("[role=menuitem]"));
    else if (target.closest(".recipient__remove")) this.tell("remove", this.indexOf(target));
    else if (target.closest(".recipient__name")) this.open(this.indexOf(target));
  }

  pressed(event) {
    if (event.target.closest("[role=menu]")) return this.pressedInMenu(event);
    if (!event.target.matches(".recipient__name")) return null;
    const index = this.indexOf(event.target);
    const aside = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.altKey && aside) this.tell("aside", index, { step: aside });
    else if (event.key in STEPS) this.step(index, STEPS[event.key]);
    else if (event.key === "Delete" || event.key === "Backspace") this.tell("remove", index);
    else if (event.key === "Escape") this.tell("leave", index);
    else return null;
    return event.preventDefault();
  }

  step(index, step) {
    if (index + step >= this.people.length && step === 1) this.tell("leave", index);
    else this.focusAt(Math.min(Math.max(index + step, this.first), this.people.length - 1));
  }

  open(index) {
    this.close();
    const person = this.people[index];
    const verbs = [["edit", this.say("edit")], ...this.places.map((p) => ["move", this.say("move", p.label), p.index])];
    if (person.kind === "list") verbs.unshift(["expand", this.say("expand")]);
    const items = [...verbs, ["remove", this.say("take-away")]].map(([verb, textContent, to]) => {
      const item = make("button", { type: "button", className: "menu__item", tabIndex: -1, textContent });
      item.setAttribute("role", "menuitem");
      Object.assign(item.dataset, { verb, to });
      return item;
    });
    const title = this.names[index - this.first].title;
    const menu = make("div", {}, ...items);
    menu.setAttribute("role", "menu");
    menu.setAttribute("aria-label", title);
    this.menu = make("div", { className: "menu__items recipients__menu" }, make("p", { className: "menu__title", textContent: title, dir: "auto" }), menu);
    this.menuAt = index;
    this.append(this.menu);
    items[0].focus();
  }

  // what is taken away loses the focus, which closes it again
  close() {
    const { menu } = this;
    this.menu = null;
    menu?.remove();
  }

  act(item) {
    this.tell(item.dataset.verb, this.menuAt, { to: Number(item.dataset.to) });
  }

  pressedInMenu(event) {
    const items = [...this.menu.querySelectorAll("[role=menuitem]")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) items.at((items.indexOf(event.target) + step) % items.length).focus();
    else if (event.key === "Escape" || event.key === "Tab") this.focusAt(this.menuAt);
    else return;
    if (!step) this.close();
    event.preventDefault();
  }
}

customElements.define("recipient-chips", RecipientChips);
