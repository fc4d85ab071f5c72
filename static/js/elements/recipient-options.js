// <recipient-options data-near data-colleagues data-forget> around a listbox: what is
// suggested for the letters of the field above. The focus stays in the field, whose keys
// come through pressed(); "recipient:chosen" tells whom one meant.
import { make } from "#lib/chips.js";
import { words } from "#lib/words.js";
import { Suggestions } from "#models/suggestions.js";

class RecipientOptions extends HTMLElement {
  connectedCallback() {
    this.say = words("recipients");
    const { near, colleagues } = this.dataset;
    this.suggestions = new Suggestions({ near, colleagues }, (found, isDown) => this.show(found, isDown));
    this.ending = new AbortController();
    const { signal } = this.ending;
    // the field keeps the focus
    this.addEventListener("mousedown", (event) => event.preventDefault(), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
    this.suggestions.stop();
  }

  get list() {
    return this.querySelector("[role=listbox]");
  }

  get options() {
    return [...this.querySelectorAll("[role=option]")];
  }

  // `isOpen`: the first is taken by Enter; `without`: addresses that are there already
  ask(input, { isOpen, without }) {
    Object.assign(this, { input, isOpen, without, typed: input.value });
    this.suggestions.ask(input.value);
  }

  show(found, isDown) {
    const before = this.options[this.at]?.dataset.email;
    this.found = found.filter(({ email }) => !this.without.has(email.toLowerCase()));
    this.list.replaceChildren(...this.found.map((one, index) => this.option(one, index)));
    this.querySelector("[data-down]").hidden = !isDown;
    this.hidden = !this.found.length && !isDown;
    this.input.setAttribute("aria-expanded", String(this.found.length > 0));
    const kept = this.found.findIndex(({ email }) => email === before);
    this.point(this.moved && kept >= 0 ? kept : this.isOpen - 1);
    if (this.found.length) this.dispatchEvent(new CustomEvent("recipient:say", { bubbles: true, detail: this.say("count", this.found.length) }));
  }

  option(one, index) {
    const label = make("span", { className: "recipients__who" }, make("bdi", { textContent: one.name || one.email }));
    const about = [one.name && one.email, one.kind === "list" && this.say("list"), one.about].filter(Boolean).join(" · ");
    const cross = make("span", { className: "recipients__forget", textContent: "×", title: this.say("forget") });
    cross.setAttribute("aria-hidden", "true");
    const item = make("li", { id: `${this.list.id}-${index}`, className: "chooser__item" }, label, make("span", { className: "chooser__detail", textContent: about }), cross);
    item.setAttribute("role", "option");
    item.dataset.email = one.email;
    return item;
  }

  point(at) {
    this.at = at;
    this.options.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    const option = this.options[at];
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView?.({ block: "nearest" });
  }

  close() {
    this.suggestions.stop();
    if (!this.input) return;
    this.hidden = true;
    this.moved = false;
    this.list.replaceChildren();
    this.input.setAttribute("aria-expanded", "false");
    this.point(-1);
  }

  // whether the key was for the suggestions
  pressed(event) {
    const { options, at } = this;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (this.hidden || !options.length) return false;
    if (step) {
      this.moved = true;
      this.point((at + step + (at < 0 && step < 0 ? 1 : 0) + options.length) % options.length);
    } else if (event.key === "Escape") this.close();
    else if (event.key === "Delete" && event.shiftKey && at >= 0) this.forget(at);
    else if ((event.key === "Enter" || event.key === "Tab") && at >= 0 && !event.shiftKey && this.typed === this.input.value) this.take(at);
    else return false;
    return true;
  }

  clicked({ target }) {
    const at = this.options.indexOf(target.closest("[role=option]"));
    if (at < 0) return;
    if (target.closest(".recipients__forget")) this.forget(at);
    else this.take(at);
  }

  take(at) {
    const { name, email, kind } = this.found[at];
    this.close();
    this.dispatchEvent(new CustomEvent("recipient:chosen", { bubbles: true, detail: { name, email, kind } }));
  }

  async forget(at) {
    const [{ name, email }] = this.found.splice(at, 1);
    this.show(this.found, !this.querySelector("[data-down]").hidden);
    const body = new FormData();
    body.set("email", email);
    body.set("csrfmiddlewaretoken", this.closest("form").elements.csrfmiddlewaretoken.value);
    const answer = await fetch(this.dataset.forget, { method: "POST", body }).catch(() => null);
    const told = this.say(answer?.ok ? "forgotten" : "not-forgotten", name || email);
    this.dispatchEvent(new CustomEvent("recipient:say", { bubbles: true, detail: told }));
  }
}

customElements.define("recipient-options", RecipientOptions);
