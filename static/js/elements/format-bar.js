// <format-bar> in an <html-editor>: the toolbar (ARIA authoring practices: one stop of Tab,
// arrows within) and what its buttons open. The pressed buttons follow the cursor.
class FormatBar extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    const editor = this.closest("html-editor");
    this.bar = this.querySelector("[role=toolbar]");
    editor.addEventListener("editor:ready", (event) => this.ready(event.detail), { signal });
    editor.addEventListener("editor:gone", () => { this.hidden = true; }, { signal });
    // the text keeps its selection while a button is pressed
    this.addEventListener("mousedown", (event) => { if (event.target.closest("button")) event.preventDefault(); }, { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("toggle", (event) => this.opened(event), { signal, capture: true });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get buttons() {
    return [...this.bar.querySelectorAll("button")];
  }

  ready(formatting) {
    this.formatting = formatting;
    this.hidden = false;
    this.rove(this.buttons[0]);
    for (const event of ["pathChange", "select", "cursor"]) formatting.squire.addEventListener(event, () => this.follow());
    formatting.squire.addEventListener("undoStateChange", ({ detail }) => this.undoable(detail));
    formatting.squire.setKeyHandler("Ctrl-k", (_squire, event) => this.ask(event));
    formatting.squire.setKeyHandler("Meta-k", (_squire, event) => this.ask(event));
    // Ctrl+Enter is for the form
    formatting.squire.setKeyHandler("Ctrl-Enter", () => {});
    this.undoable({ canUndo: false, canRedo: false });
    this.follow();
  }

  follow() {
    for (const button of this.bar.querySelectorAll("[aria-pressed]")) {
      button.setAttribute("aria-pressed", String(this.formatting.has(button.dataset.command)));
    }
    for (const act of this.querySelectorAll("[data-act]")) act.disabled = !this.formatting.cell;
  }

  undoable({ canUndo, canRedo }) {
    for (const [name, can] of [["undo", canUndo], ["redo", canRedo]]) {
      this.bar.querySelector(`[data-command=${name}]`).setAttribute("aria-disabled", String(!can));
    }
  }

  clicked(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { command, value, act } = button.dataset;
    const panel = button.closest("[popover]");
    if (button.closest("[role=toolbar]")) this.rove(button);
    if (button.getAttribute("aria-disabled") === "true" || button.popoverTargetElement) return;
    panel?.hidePopover();
    if (act) this.formatting.change(act);
    else if (button.hasAttribute("data-make")) this.table(panel);
    else if (command === "link") this.ask(event);
    else if (command === "image") this.dispatchEvent(new CustomEvent("picture:wanted", { bubbles: true }));
    else if (command) this.formatting.run(command, value);
    if (command || act) this.follow();
  }

  ask(event) {
    event.preventDefault();
    this.closest("html-editor").querySelector("link-dialog").ask(this.formatting);
  }

  table(panel) {
    const [rows, columns] = [...panel.querySelectorAll("input[type=number]")].map((field) => Math.min(50, Math.max(1, field.valueAsNumber || 1)));
    this.formatting.table(rows, Math.min(20, columns), panel.querySelector("input[type=checkbox]").checked);
  }

  // beside its button, within the window
  opened({ target, newState }) {
    const button = this.bar.querySelector(`[popovertarget="${target.id}"]`);
    button?.setAttribute("aria-expanded", String(newState === "open"));
    if (newState !== "open" || !button) return;
    const { left, bottom, top } = button.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = target;
    const below = bottom + 4 + offsetHeight <= innerHeight;
    target.style.left = `${Math.max(8, Math.min(left, innerWidth - offsetWidth - 8))}px`;
    target.style.top = `${below ? bottom + 4 : Math.max(8, top - 4 - offsetHeight)}px`;
    target.querySelector("button:not([disabled]), input")?.focus();
  }

  pressed(event) {
    const inside = event.target.closest("[popover]");
    if (inside && event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault();
      inside.querySelector("[data-make]").click();
    }
    const among = inside ? [...inside.querySelectorAll("button:not([disabled])")] : this.buttons;
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const at = among.indexOf(event.target.closest("button"));
    if (at < 0) return;
    const next = event.key in steps ? among.at((at + steps[event.key]) % among.length) : { Home: among[0], End: among.at(-1) }[event.key];
    if (!next) return;
    event.preventDefault();
    if (!inside) this.rove(next);
    next.focus();
  }

  rove(button) {
    for (const other of this.buttons) other.tabIndex = other === button ? 0 : -1;
  }
}

customElements.define("format-bar", FormatBar);
