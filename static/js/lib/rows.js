// The rows of a list that is read page by page: `<h2>` of a day, `<ul>` of its rows, and
// so on, as the server writes them. Pages are joined at either end and cut off again.
const GROUPS = ".list, .list__day";

function heading(list) {
  const before = list?.previousElementSibling;
  return before?.matches(".list__day") ? before : null;
}

export function rowsOf(place) {
  return [...place.querySelectorAll(".row")];
}

/** Moves the groups of `page` into `place`, before or after its own; rows that are there
 * already (the folder has moved meanwhile) are left out. Returns the rows that came. */
export function join(place, page, end) {
  const known = new Set(rowsOf(place).map((row) => row.id));
  const fresh = rowsOf(page).filter((row) => !known.has(row.id));
  for (const row of rowsOf(page)) if (known.has(row.id)) row.remove();
  const own = [...place.querySelectorAll(GROUPS)];
  const groups = [...page.querySelectorAll(GROUPS)].filter((group) => group.matches(".list__day") || group.childElementCount);
  if (end === "start") own[0].before(...groups);
  else own.at(-1).after(...groups);
  for (const list of place.querySelectorAll(".list")) merge(list);
  // Tab leads to one row of the list (message-list.js)
  for (const stop of fresh.flatMap((row) => [...row.querySelectorAll(".row__link, [name=uid]")])) stop.tabIndex = -1;
  return fresh;
}

// a day that two pages share has one heading
function merge(list) {
  const title = heading(list);
  const above = (title ?? list).previousElementSibling;
  if (!above?.matches(".list") || heading(above)?.textContent !== title?.textContent) return;
  above.append(...list.children);
  list.remove();
  title?.remove();
}

/** Takes `count` rows away from one end, and the headings that have none left. */
export function cut(place, count, end) {
  const rows = rowsOf(place);
  for (const row of end === "start" ? rows.slice(0, count) : rows.slice(-count)) {
    const list = row.parentElement;
    row.remove();
    if (list.childElementCount) continue;
    heading(list)?.remove();
    list.remove();
  }
}

/** The newest row of this day (2026-11-24) or before it. */
export function onDay(place, day) {
  return rowsOf(place).find((row) => (row.querySelector("time")?.dateTime ?? "").slice(0, 10) <= day);
}
