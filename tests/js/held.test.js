// A list that is written anew keeps its place under the eyes.
import assert from "node:assert/strict";
import test from "node:test";
import { document, show } from "./page.js";

const { hold, release } = await import("#lib/held.js");

const HEIGHT = 40;
const page = (uids, url = "/nouveautes/") => `<div class="pane" style="overflow-y: auto"><div id="listing"><ul class="list">${uids
  .map((uid) => `<li class="row" id="row-${uid}"><a class="row__link" href="/${uid}/">${uid}</a></li>`)
  .join("")}</ul><folder-watch data-url="${url}"></folder-watch></div></div>`;

// jsdom lays nothing out: rows of one height, in the order in which they stand
function laidOut() {
  const pane = document.querySelector(".pane");
  const rows = [...document.querySelectorAll(".row")];
  pane.getBoundingClientRect = () => ({ top: 0 });
  rows.forEach((row, index) => {
    row.getBoundingClientRect = () => ({ top: index * HEIGHT - pane.scrollTop });
  });
  return pane;
}

function rewritten(pane, uids, url) {
  const { scrollTop } = pane;
  pane.innerHTML = page(uids, url).replace(/^<div[^>]*>/, "").replace(/<\/div>$/, "");
  pane.scrollTop = scrollTop;
  laidOut();
}

function after(uids, { from = 80, focus, url } = {}) {
  show(page([5, 4, 3, 2, 1]));
  const pane = laidOut();
  pane.scrollTop = from;
  if (focus) document.querySelector(`#row-${focus} a`).focus();
  hold();
  rewritten(pane, uids, url);
  release();
  return pane.scrollTop;
}

test("what comes above does not push down what is seen", () => {
  assert.equal(after([7, 6, 5, 4, 3, 2, 1]), 160);
});

test("the row in focus keeps its place, else the next that is still there", () => {
  assert.equal(after([6, 5, 3, 2, 1], { focus: 2 }), 80);
  assert.equal(after([6, 5, 4, 2, 1]), 80);
});

test("at its top the list shows what comes", () => {
  assert.equal(after([6, 5, 4, 3, 2, 1], { from: 0 }), 0);
});

test("another list is left where it is put", () => {
  assert.equal(after([7, 6, 5, 4, 3], { url: "/autres/" }), 80);
});
