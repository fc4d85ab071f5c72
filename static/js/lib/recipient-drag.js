// Chips dragged from one line of recipients to another; addresses dropped from elsewhere.
// The keyboard's way is the menu of a chip, and Alt with an arrow.
import { moved } from "#lib/recipient-acts.js";
import { read } from "#models/address-list.js";

let held = null;

export function dragging(field, signal) {
  field.addEventListener("dragstart", (event) => taken(field, event), { signal });
  field.addEventListener("dragend", () => { held = null; }, { signal });
  field.addEventListener("dragover", (event) => over(field, event), { signal });
  field.addEventListener("dragleave", () => field.classList.remove("is-dropping"), { signal });
  field.addEventListener("drop", (event) => dropped(field, event), { signal });
}

function taken(field, event) {
  const chip = event.target.closest?.(".recipient");
  if (!chip) return;
  const index = field.chips.indexOf(chip);
  held = { field, index };
  event.dataTransfer.setData("text/plain", field.people[index].email);
  event.dataTransfer.effectAllowed = "move";
}

const isText = ({ types }) => types.includes("text/plain") && !types.includes("Files");

function over(field, event) {
  if (held?.field === field || (!held && !isText(event.dataTransfer))) return;
  event.preventDefault();
  field.classList.add("is-dropping");
}

function dropped(field, event) {
  field.classList.remove("is-dropping");
  const { dataTransfer } = event;
  if (held && held.field !== field) moved(held.field, held.index, field);
  else if (held || !isText(dataTransfer)) return;
  else field.add(read(dataTransfer.getData("text/plain")));
  held = null;
  event.preventDefault();
}
