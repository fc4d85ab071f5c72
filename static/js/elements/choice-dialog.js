// choose({title, choices, recent, checked}): a dialog in which a name is found by typing.
// Resolves to the value chosen, null when there is none. `choices` are {value, label,
// detail}; `checked` values are shown with a tick. Its words stand in the page's
// <template id="choice-dialog">.
import { found } from "#models/choices.js";

const SHOWN_MAX = 100;
let number = 0;

class ChoiceDialog extends HTMLElement {
  ask({ title, choices, recent = [], checked = [] }) {
    Object.assign(this, { choices, recent, checked, at: 0, value: null });
    this.replaceChildren(document.querySelector("#choice-dialog").content.cloneNode(true));
    const heading = this.querySelector("h2");
    heading.textContent = title;
    this.input.addEventListener("input", () => this.show());
    this.dialog.addEventListener("keydown", (event) => this.pressed(event));
    this.dialog.addEventListener("click", (event) => this.clicked(event));
    document.body.append(this);
    this.show();
    this.dialog.showModal();
    return new Promise((resolve) => {
      this.dialog.addEventListener("close", () => {
        this.remove();
        resolve(this.value);
      });
    });
  }

  get dialog() {
    return this.querySelector("dialog");
  }

  get input() {
    return this.querySelector("input");
  }

  get options() {
    return [...this.querySelectorAll("[role=option]")];
  }

  show() {
    const all = found(this.choices, this.input.value, this.recent);
    this.at = 0;
    this.querySelector("ul").replaceChildren(...all.slice(0, SHOWN_MAX).map((choice) => this.option(choice)));
    this.querySelector("[data-none]").hidden = all.length > 0;
    this.point(0);
  }

  option(choice) {
    const item = document.createElement("li");
    Object.assign(item, { id: `choice-${number += 1}`, role: "option", className: "chooser__item" });
    item.dataset.value = choice.value;
    const label = document.createElement("span");
    label.textContent = choice.label;
    item.append(label);
    if (choice.detail) {
      const detail = document.createElement("span");
      Object.assign(detail, { className: "chooser__detail", textContent: choice.detail });
      item.append(detail);
    }
    item.classList.toggle("chooser__item--recent", Boolean(choice.recent));
    if (this.checked.length) item.setAttribute("aria-checked", this.checked.includes(choice.value));
    return item;
  }

  point(step) {
    const { options } = this;
    this.at = options.length ? (this.at + step + options.length) % options.length : 0;
    options.forEach((option, index) => option.setAttribute("aria-selected", index === this.at));
    const option = options[this.at];
    this.input.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView?.({ block: "nearest" });
  }

  // the buttons of the dialog keep their own keys
  pressed(event) {
    if (event.target !== this.input) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && !event.isComposing) this.take(this.options[this.at]);
    else if (step) this.point(step);
    else return;
    event.preventDefault();
  }

  clicked(event) {
    if (event.target === this.dialog || event.target.closest("[data-close]")) this.dialog.close();
    else this.take(event.target.closest("[role=option]"));
  }

  take(option) {
    if (!option) return;
    this.value = option.dataset.value;
    this.dialog.close();
  }
}

customElements.define("choice-dialog", ChoiceDialog);

export const choose = (question) => document.createElement("choice-dialog").ask(question);
