// <row-actions> in a list: acts on rows by the buttons of the list's form. Those that are
// selected, else the row that has the focus (keys), or the one that its own buttons
// ([data-row-act]) have been moved into, under the pointer or the focus.
const ACTS = new Set(["archive", "delete", "junk", "move", "label", "snooze", "star", "seen", "unseen"]);
// these ask first: what they are about stays selected
const ASKING = new Set(["move", "label", "snooze"]);

class RowActions extends HTMLElement {
  connectedCallback() {
    this.list = this.closest("message-list");
    this.ending = new AbortController();
    // htmx parks what has an id elsewhere while it compares
    if (!this.list) return;
    const { signal } = this.ending;
    for (const name of ["mouseover", "focusin"]) {
      this.list.addEventListener(name, (event) => this.follow(event.target.closest(".row")), { signal });
    }
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.list.addEventListener("rows:move", ({ detail }) => this.move(detail.folder, detail.boxes), { signal });
    document.addEventListener("htmx:after:swap", () => this.rest(), { signal });
    document.addEventListener("shortcut", (event) => this.shortcut(event), { signal });
  }

  // also when it goes to another row: it is connected anew there
  disconnectedCallback() {
    this.ending.abort();
  }

  get boxes() {
    return [...this.list.querySelectorAll('.row input[name="uid"]')];
  }

  get chosen() {
    const checked = this.boxes.filter((box) => box.checked);
    const focused = document.activeElement?.closest?.(".row")?.querySelector('[name="uid"]');
    return checked.length || !focused ? checked : [focused];
  }

  follow(row) {
    if (!row || row === this.parentElement || this.contains(document.activeElement)) return;
    row.append(this);
    this.hidden = false;
  }

  // the list was rewritten under a pointer that rests
  rest() {
    if (!this.closest(".row")) this.follow(this.list.querySelector(".row:hover"));
  }

  clicked(event) {
    const button = event.target.closest("[data-row-act]");
    const box = this.closest(".row")?.querySelector('[name="uid"]');
    if (button && box) this.act(button.dataset.rowAct, [box]);
  }

  shortcut(event) {
    const { act } = event.detail;
    if (!ACTS.has(act) || event.target.closest("#reader")) return;
    if (this.act(act, this.chosen)) event.preventDefault();
  }

  act(name, boxes) {
    const starred = name === "star" && boxes.every((box) => box.closest(".row").querySelector(".row__star"));
    const wanted = starred ? "unstar" : name;
    const button = this.list.querySelector(`.listing__actions [data-act="${wanted}"]`);
    return this.press(button, boxes, ASKING.has(name));
  }

  move(folder, boxes) {
    const known = [...this.list.querySelectorAll(".listing__actions [data-targets] button")];
    return this.press(known.find((button) => button.value === folder), boxes);
  }

  // htmx reads the form while the button is clicked: what was selected may come back then
  press(button, boxes, lasting = false) {
    if (!button || !boxes.length) return false;
    const before = this.boxes.filter((box) => box.checked);
    this.check(boxes);
    button.click();
    if (!lasting) this.check(before);
    return true;
  }

  check(chosen) {
    for (const box of this.boxes) box.checked = chosen.includes(box);
    this.list.dispatchEvent(new CustomEvent("selection:changed"));
  }
}

customElements.define("row-actions", RowActions);
