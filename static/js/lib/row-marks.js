// What script alone says of rows: which one is read, and that Tab leads to one of them. A
// list may be long: only what changes is touched.

// what Tab would reach beside the one row that it leads to
const STOPS = [".row__link", '.row [name="uid"]'].map((stop) => `${stop}:not([tabindex="-1"])`).join();

/** `open` is the row of the message that is read, if it is in the list. */
export function tellOpen(list, open) {
  for (const row of list.querySelectorAll(".row--open")) if (row !== open) told(row, false);
  if (open?.matches(".row") && list.contains(open)) told(open, true);
}

function told(row, open) {
  row.classList.toggle("row--open", open);
  const link = row.querySelector(".row__link");
  if (open) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
}

export function untab(list) {
  for (const stop of list.querySelectorAll(STOPS)) stop.tabIndex = -1;
}

export function tabbed(row, on) {
  for (const stop of row?.querySelectorAll(".row__link, [name=uid]") ?? []) stop.tabIndex = on ? 0 : -1;
}
