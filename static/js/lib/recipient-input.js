// The text field of a line of recipients: a combobox (WAI-ARIA), whose name a hidden field
// takes over.
import { told } from "#lib/recipient-notes.js";
import { read } from "#models/address-list.js";

export function carried(input, list) {
  const { name, value } = input;
  const carrier = Object.assign(document.createElement("input"), { type: "hidden", name, value });
  input.removeAttribute("name");
  input.value = "";
  const about = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [attribute, is] of Object.entries(about)) input.setAttribute(attribute, is);
  input.before(carrier);
  return carrier;
}

export function pressed(field, event) {
  const { input, people } = field;
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  const isAtStart = !input.selectionStart && !input.selectionEnd;
  if (field.options.pressed(event)) event.preventDefault();
  else if (isEnd(event, input)) {
    event.preventDefault();
    field.end(...read(input.value));
  } else if (event.key === "ArrowDown" && !input.value) field.suggest(false);
  else if (isAtStart && people.length && ["ArrowLeft", "Backspace"].includes(event.key)) {
    event.preventDefault();
    field.chips.focusAt(people.length - 1);
  }
}

export function pasted(field, event) {
  const text = event.clipboardData.getData("text/plain");
  if (!text.includes("@")) return;
  event.preventDefault();
  const before = field.input.value.trim();
  field.end(...read(before ? `${before}, ${text}` : text));
}

// what may be an address becomes a chip; a name stays, and is told
export function left(field) {
  const text = field.input.value;
  field.options.close();
  field.isLeft = true;
  if (text.includes("@")) field.end(...read(text));
  else told(field);
}

// Enter never sends: one is still at the first line. A name may have a comma
const isEnd = ({ key }, { value }) => key === "Enter" || ((key === "," || key === ";") && value.includes("@"));
