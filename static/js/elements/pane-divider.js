// <pane-divider role="separator" data-url> between two panes of a grid: dragged, or moved
// with the arrows (Home and End: the limits, Enter: the half). The share of the first
// pane is the custom property --pane of the parent, in percent; POSTed when it rests.
import htmx from "htmx";

const STEP = 2;
const REST = 600;

class PaneDivider extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.addEventListener("pointerdown", (event) => this.taken(event), { signal });
    this.addEventListener("pointermove", (event) => this.dragged(event), { signal });
    this.addEventListener("lostpointercapture", () => this.released(), { signal });
    this.show(this.value);
  }

  disconnectedCallback() {
    this.ending.abort();
    clearTimeout(this.timer);
  }

  get isVertical() {
    return this.getAttribute("aria-orientation") === "vertical";
  }

  get value() {
    return Number(this.getAttribute("aria-valuenow"));
  }

  limit(name) {
    return Number(this.getAttribute(`aria-value${name}`));
  }

  pressed(event) {
    const [less, more] = this.isVertical ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    const wanted = {
      [less]: this.value - STEP, [more]: this.value + STEP,
      Home: this.limit("min"), End: this.limit("max"), Enter: 50,
    }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.move(wanted);
  }

  taken(event) {
    event.preventDefault();
    this.focus();
    this.setPointerCapture(event.pointerId);
    this.parentElement.classList.add("panes--dragged");
  }

  dragged(event) {
    if (!this.hasPointerCapture(event.pointerId)) return;
    const box = this.parentElement.getBoundingClientRect();
    const share = this.isVertical ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height;
    this.move(Math.round(share * 100));
  }

  released() {
    this.parentElement.classList.remove("panes--dragged");
  }

  move(wanted) {
    const value = Math.min(this.limit("max"), Math.max(this.limit("min"), wanted));
    if (value === this.value) return;
    this.setAttribute("aria-valuenow", value);
    this.show(value);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), REST);
  }

  // typed attr() would do without script, where browsers know it (layout/panes.css)
  show(value) {
    this.parentElement.style.setProperty("--pane", value);
  }

  keep() {
    htmx.ajax("POST", this.dataset.url, { values: { pane: this.value }, swap: "none", source: this });
  }
}

customElements.define("pane-divider", PaneDivider);
