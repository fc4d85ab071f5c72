// The line of a file on its way: made of the page's <template>, which has all the words.
import { tokenOf } from "#lib/visit.js";

const MEGABYTE = 1024 * 1024;

function size(octets) {
  const language = document.documentElement.lang || "fr";
  const format = { style: "unit", unit: "megabyte", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, format).format(octets / MEGABYTE);
}

export function rowOf(template, { name }) {
  const row = template.content.firstElementChild.cloneNode(true);
  row.querySelector(".attachment__name").textContent = name;
  row.querySelector("progress").setAttribute("aria-label", name);
  for (const named of row.querySelectorAll("[data-named]")) named.append(` ${name}`);
  return row;
}

// what it says now
export function told(row, { file, sent, state, reason, isHalted }) {
  const words = row.querySelector(`[data-state="${state}"]`);
  for (const each of row.querySelectorAll("[data-state]")) each.hidden = each !== words;
  if (state === "sending") words.textContent = `${size(sent)} / ${size(file.size)}`;
  if (state === "refused") words.textContent = reason;
  const bar = row.querySelector("progress");
  bar.value = file.size ? sent / file.size : 0;
  bar.hidden = isHalted;
  row.querySelector("[data-retry]").hidden = !isHalted;
  row.classList.toggle("attachment--active", isHalted);
  return words?.textContent ?? "";
}

// by the line that the page itself would have
export function replaced(row, html) {
  const page = document.createElement("template");
  page.innerHTML = html;
  const kept = page.content.firstElementChild;
  const focused = row.contains(document.activeElement);
  row.replaceWith(kept);
  if (focused) kept.querySelector("button").focus();
}

// the focus goes to its neighbour
export function takenAway(row, otherwise) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const focused = row.contains(document.activeElement);
  row.remove();
  if (focused) (next?.querySelector("button:not([hidden])") ?? otherwise).focus();
}

// of a file that the server has; what goes along from a stored message is only named
export async function forgotten(row, { endpoint, visit }) {
  const held = row.querySelector('[name="file"]');
  if (!held) return;
  const token = await tokenOf(visit);
  const headers = { "X-CSRFToken": token ?? "" };
  await fetch(`${endpoint}${held.value}/`, { method: "DELETE", headers }).catch(() => {});
}
