// <label-menu> around the boxes of labels in a form: on opening they tell what the chosen
// messages carry (half ticked: some of them), typing narrows them, Enter takes the first or
// makes a new label. Without script the boxes are ticked by hand.
import { plain } from "#lib/plain.js";

class LabelMenu extends HTMLElement {
  connectedCallback() {
    for (const hidden of this.querySelectorAll("[data-without-script]")) hidden.hidden = true;
    for (const one of this.querySelectorAll("[data-find], [data-apply]")) Object.assign(one, { hidden: false, disabled: false });
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.querySelector("summary").addEventListener("click", (event) => this.turned(event), { signal });
    this.find.addEventListener("input", () => this.narrow(), { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.closest("form").addEventListener("submit", (event) => this.leaving(event), { signal, capture: true });
    document.addEventListener("click", (event) => this.contains(event.target) || this.close(), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get details() {
    return this.querySelector("details");
  }

  get find() {
    return this.querySelector("[data-find]");
  }

  get boxes() {
    return [...this.querySelectorAll('input[name="label"]')];
  }

  get offered() {
    return this.boxes.filter((box) => !box.closest("label").hidden);
  }

  // what tells its labels: the rows that are ticked, or the messages below the toolbar
  get chosen() {
    const form = this.closest("form");
    const leaf = form.closest(".leaf");
    if (leaf) return [...leaf.querySelectorAll("[data-keywords]")];
    const reader = form.closest(".reader");
    if (reader) return [...reader.querySelectorAll("[data-keywords]")].filter((one) => !one.closest("[data-elsewhere]"));
    const row = document.activeElement.closest?.(".row");
    if (!form.querySelector('.row [name="uid"]:checked')) row?.querySelector('[name="uid"]')?.click();
    return [...form.querySelectorAll('.row:has([name="uid"]:checked)')];
  }

  close() {
    this.details.open = false;
  }

  // at once: what is typed next belongs in the field, and "toggle" comes later
  turned(event) {
    event.preventDefault();
    if (!(this.details.open = !this.details.open)) return;
    const carried = this.chosen.map((one) => new Set(keywords(one)));
    for (const box of this.boxes) {
      const count = carried.filter((set) => set.has(box.value.toLowerCase())).length;
      box.checked = count > 0 && count === carried.length;
      box.indeterminate = count > 0 && count < carried.length;
      box.before = state(box);
    }
    this.find.value = "";
    this.narrow();
    this.find.focus();
  }

  narrow() {
    const wanted = plain(this.find.value);
    let same = false;
    for (const label of this.querySelectorAll("label.menu__item")) {
      const name = plain(label.textContent);
      label.hidden = !name.includes(wanted);
      same ||= name === wanted;
    }
    const create = this.querySelector("[data-create]");
    create.hidden = !wanted || same;
    create.querySelector("[data-typed]").textContent = this.find.value.trim();
  }

  pressed(event) {
    if (!this.details.open) return;
    if (event.key === "Enter" && event.target !== this.querySelector("summary")) this.entered(event);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step && event.key !== "Escape") return;
    event.preventDefault();
    const items = [this.find, ...this.offered];
    if (step) return items.at((items.indexOf(document.activeElement) + step) % items.length)?.focus();
    this.close();
    this.querySelector("summary").focus();
  }

  // in the field: the first that fits is turned; with nothing typed, or on a box: apply
  entered(event) {
    if (event.target.matches("button, a")) return;
    event.preventDefault();
    const create = this.querySelector("[data-create]");
    const typed = event.target === this.find && this.find.value.trim();
    if (typed && !create.hidden && !this.offered.length) return create.click();
    if (typed && this.offered.length) this.offered[0].click();
    this.querySelector("[data-apply]").click();
  }

  // boxes that nobody turned change nothing: what is folded may carry them; a name is
  // only sent when it is a new one
  leaving(event) {
    this.querySelectorAll('[name="mixed"]').forEach((old) => old.remove());
    this.find.disabled = !event.submitter?.hasAttribute("data-create");
    if (!this.contains(event.submitter)) return;
    for (const box of this.boxes.filter((one) => one.before === state(one))) {
      this.append(Object.assign(document.createElement("input"), { type: "hidden", name: "mixed", value: box.value }));
    }
    setTimeout(() => {
      this.find.disabled = false;
      this.close();
    });
  }
}

const state = (box) => `${box.checked} ${box.indeterminate}`;

function keywords(element) {
  const told = element.matches("[data-keywords]") ? element : element.querySelector("[data-keywords]");
  return (told?.dataset.keywords ?? "").toLowerCase().split(" ").filter(Boolean);
}

customElements.define("label-menu", LabelMenu);
