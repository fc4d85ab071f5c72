// <hot-keys data-keys='{"e": "archive", "g i": "go-inbox"}'>: a key of the table does what
// it is for (#lib/shortcuts.js) where it was pressed. Never while somebody types.
import { perform } from "#lib/shortcuts.js";
import { isReading } from "#lib/typing.js";

const SEQUENCE_MS = 1500;
const REPEATED = new Set(["next", "previous"]);

class HotKeys extends HTMLElement {
  connectedCallback() {
    this.keys = JSON.parse(this.dataset.keys);
    this.ending = new AbortController();
    const { signal } = this.ending;
    document.addEventListener("keydown", (event) => this.pressed(event), { signal });
    // from inside the frame of a message (mail-frame.js)
    document.addEventListener("frame:key", ({ detail }) => this.pressed(detail.event, detail.frame), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  pressed(event, target = event.target) {
    if (event.defaultPrevented || event.isComposing || !isReading(target)) return;
    const act = this.actOf(event);
    if (!act || (event.repeat && !REPEATED.has(act))) return;
    if (this.isOwn(event)) return;
    if (perform(act, target, event.repeat)) event.preventDefault();
  }

  // Enter and Space on a link or button are what the browser says they are
  isOwn(event) {
    return ["Enter", " "].includes(event.key) && event.target.closest?.("a, button, summary, input, label");
  }

  actOf(event) {
    const key = this.named(event);
    const combined = this.first && Date.now() - this.since < SEQUENCE_MS ? `${this.first} ${key}` : key;
    this.first = "";
    if (combined in this.keys) return this.keys[combined];
    if (Object.keys(this.keys).some((known) => known.startsWith(`${key} `))) {
      [this.first, this.since] = [key, Date.now()];
    }
    return undefined;
  }

  // AltGr writes characters (# in France): it is no shortcut of the system
  named(event) {
    const written = event.getModifierState?.("AltGraph");
    if (event.metaKey || (!written && event.altKey)) return "";
    const key = event.key === " " ? "Space" : event.key;
    return event.ctrlKey && !written ? `Control+${key.toLowerCase()}` : key;
  }
}

customElements.define("hot-keys", HotKeys);
