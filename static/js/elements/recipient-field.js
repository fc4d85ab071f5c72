// <recipient-field data-own data-max data-members> around a line of recipients: what is
// typed, pasted or chosen becomes chips, and travels in a hidden field of the same name
// that other parts of the form may write too ("change" on it). Without script the text of
// the line does.
import { called } from "#lib/chips.js";
import { acts } from "#lib/recipient-acts.js";
import { dragging } from "#lib/recipient-drag.js";
import { carried, left, pasted, pressed } from "#lib/recipient-input.js";
import { told } from "#lib/recipient-notes.js";
import { words } from "#lib/words.js";
import { read } from "#models/address-list.js";
import { key, normal, repeated, written } from "#models/recipients.js";
import "#elements/recipient-chips.js";
import "#elements/recipient-options.js";

class RecipientField extends HTMLElement {
  people = [];

  connectedCallback() {
    // put on the page later, those inside come after this one
    customElements.upgrade(this);
    this.say = words("recipients");
    this.input = this.querySelector("input[type=text]");
    this.chips = this.querySelector("recipient-chips");
    this.options = this.querySelector("recipient-options");
    this.carrier = this.querySelector("input[type=hidden]") ?? carried(this.input, this.options.list);
    this.ending = new AbortController();
    const { signal } = this.ending;
    const on = (name, act, target = this) => target.addEventListener(name, act, { signal });
    on("input", () => this.typed(), this.input);
    on("keydown", (event) => pressed(this, event), this.input);
    on("paste", (event) => pasted(this, event), this.input);
    on("blur", () => left(this), this.input);
    on("change", () => this.reset(), this.carrier);
    on("click", (event) => event.target.matches(".recipients__box") && this.input.focus());
    on("recipient:chosen", ({ detail }) => this.end(detail));
    on("recipient:say", ({ detail }) => this.announce(detail));
    for (const [verb, act] of Object.entries(acts)) on(`recipient:${verb}`, ({ detail }) => act(this, detail));
    dragging(this, signal);
    this.reset();
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get label() {
    return this.querySelector("label").textContent.trim();
  }

  get lines() {
    return [...(this.closest("form") ?? this).querySelectorAll("recipient-field")];
  }

  // what the form holds, as another part of the page or the server wrote it
  reset() {
    this.people = read(this.carrier.value);
    this.input.value = "";
    this.refresh();
  }

  // each address once in a line
  add(people) {
    const known = new Set(this.people.map(key));
    const fresh = people.filter((one) => !known.has(key(one)) && known.add(key(one)));
    this.people = [...this.people, ...fresh];
    this.skipped = people.length - fresh.length;
    this.changed();
    if (fresh.length) this.announce(this.say("added", fresh.length === 1 ? called(fresh[0]) : fresh.length));
  }

  changed() {
    this.querySelector(".field__error")?.remove();
    this.write();
    this.carrier.dispatchEvent(new Event("input", { bubbles: true }));
    this.refresh();
  }

  // text that is no chip yet is sent too: the server has the last word
  write() {
    this.carrier.value = [...this.people.map(written), this.input.value.trim()].filter(Boolean).join(", ");
  }

  refresh() {
    const { lines } = this;
    const twice = repeated(lines.map((line) => line.people ?? []));
    for (const line of lines) line.show?.(lines, twice);
  }

  show(lines, twice) {
    const places = lines.map((line, index) => ({ label: line.label, index })).filter(({ index }) => lines[index] !== this);
    this.chips.show(this.people, places, (one) => ({ own: this.dataset.own, twice: twice.has(one) }));
    told(this, lines, twice);
  }

  announce(text) {
    this.querySelector("[data-said]").textContent = text;
  }

  typed() {
    this.write();
    Object.assign(this, { isLeft: false, skipped: 0 });
    told(this);
    const text = this.input.value.trim();
    if (text) this.suggest(!normal(text));
    else this.options.close();
  }

  // `isOpen`: what is typed is no address yet, Enter takes the first
  suggest(isOpen) {
    this.options.ask(this.input, { isOpen, without: new Set(this.people.map(key)) });
  }

  // these instead of what was typed
  end(...people) {
    this.options.close();
    this.input.value = "";
    this.add(people);
  }
}

customElements.define("recipient-field", RecipientField);
