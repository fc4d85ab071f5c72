// Where a list scrolls, and what of it is seen.
import { rowsOf } from "#lib/rows.js";

/** The pane of the list, or the whole page on a narrow screen. */
export function scrollerOf(element) {
  const pane = element.closest(".pane");
  return pane && getComputedStyle(pane).overflowY === "auto" ? pane : document.documentElement;
}

/** Does `act`, and what is read does not move under the eyes: `anchor` stays in place. */
export function still(scroller, anchor, act) {
  const before = anchor?.getBoundingClientRect().top;
  const result = act();
  if (anchor) scroller.scrollTop += anchor.getBoundingClientRect().top - before;
  return result;
}

export function reach(link) {
  link?.focus();
  link?.scrollIntoView({ block: "center" });
}

/** The first and the last row that can be seen where `scroller` shows them, if any. */
export function seen(place, scroller) {
  const whole = scroller === document.documentElement;
  const { top, bottom } = whole ? { top: 0, bottom: innerHeight } : scroller.getBoundingClientRect();
  const bar = place.querySelector(".listing__bar")?.getBoundingClientRect();
  const at = (y, step) => rowAt((bar?.left ?? 0) + 60, y, step);
  const foot = place.querySelector(".pagination")?.getBoundingClientRect().top ?? bottom;
  const ends = [at((bar?.bottom ?? top) + 4, 30), at(Math.min(foot, bottom) - 4, -30)];
  const rows = rowsOf(place);
  const places = ends.map((row) => rows.indexOf(row));
  return places.includes(-1) ? null : places;
}

// a heading may stand there: then the row behind it
function rowAt(x, y, step) {
  const hit = (at) => document.elementFromPoint(x, at)?.closest(".row");
  return hit(y) ?? hit(y + step);
}

export function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}
