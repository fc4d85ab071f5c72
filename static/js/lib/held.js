// A list that the server writes anew stays where it was under the eyes: the row in focus,
// else the first one that is seen, keeps its place. At its top it shows what comes.
import { rowsOf } from "#lib/rows.js";
import { scrollerOf } from "#lib/scrolling.js";
import { isBeside } from "#lib/swaps.js";

let places = null;

const list = () => document.getElementById("listing");
const shown = () => list()?.querySelector("folder-watch")?.dataset.url;
const top = (row) => row.getBoundingClientRect().top;

export function hold(event) {
  places = null;
  if (isBeside(event)) return;
  const scroller = list() && scrollerOf(list());
  if (!scroller?.scrollTop) return;
  const edge = Math.max(0, scroller === document.documentElement ? 0 : top(scroller));
  const focused = document.activeElement?.closest("#listing .row");
  const rows = rowsOf(list()).filter((row) => top(row) >= edge);
  const anchors = focused ? [focused, ...rows] : rows;
  places = { url: shown(), scroller, anchors: anchors.map((row) => [row.id, top(row)]) };
}

export function release() {
  const was = places;
  places = null;
  // another list is read from its beginning
  if (!was || was.url !== shown()) return;
  const [id, before] = was.anchors.find(([each]) => document.getElementById(each)) ?? [];
  if (id) was.scroller.scrollTop += top(document.getElementById(id)) - before;
}
