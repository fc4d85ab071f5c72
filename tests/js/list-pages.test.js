import assert from "node:assert/strict";
import test from "node:test";
import { document, find, press, show } from "./page.js";

globalThis.DOMParser = globalThis.window.DOMParser;
globalThis.getComputedStyle = globalThis.window.getComputedStyle;
globalThis.innerHeight = 600;
await import("#elements/list-pages.js");

const SIZE = 2;
const day = (title, ...uids) => `<h2 class="list__day">${title}</h2><ul class="list">${uids.map((uid) =>
  `<li class="row" id="row-${uid}"><a class="row__link" href="/m/${uid}/">${uid}</a><time datetime="2026-11-${uid}T08:00:00+01:00"></time></li>`).join("")}</ul>`;
const listing = (groups, page, pages, sought = "") => `<div class="listing">
  <form action="/f/marques/?q=a"><button formaction="/f/suppressions/?q=a"></button>${groups}</form>
  <list-pages data-page="${page}" data-extra="0" data-pages="${pages}" data-size="${SIZE}" data-sought="${sought}"></list-pages>
  <nav class="pagination"><span class="pagination__seen"></span>
    <a href="/f/?page=${page - 1}&q=a" rel="prev"${page > 1 ? "" : " hidden"}>Plus récents</a>
    <a href="/f/?page=${page + 1}&q=a" rel="next">Plus anciens</a></nav></div>`;
const pages = () => find("list-pages");
const uids = () => [...document.querySelectorAll(".row")].map((row) => row.id.slice(4));
const titles = () => [...document.querySelectorAll(".list__day")].map((title) => title.textContent);

function answering(html, ok = true) {
  const asked = [];
  globalThis.fetch = async (url) => {
    asked.push(url);
    return { ok, text: async () => html };
  };
  return asked;
}

test("the next page is joined, and a day that goes on has one heading", async () => {
  show(listing(day("Hier", 24, 23), 1, 3));
  const asked = answering(listing(day("Hier", 22) + day("Lundi", 21), 2, 3));
  await pages().read("end");
  assert.deepEqual(asked, ["http://messagerie.localhost/f/?page=2&q=a"]);
  assert.deepEqual(uids(), ["24", "23", "22", "21"]);
  assert.deepEqual(titles(), ["Hier", "Lundi"]);
});

test("acts are then about both pages, and the link leads to the third", async () => {
  show(listing(day("Hier", 24, 23), 1, 3));
  answering(listing(day("Hier", 22, 21), 2, 3));
  await pages().read("end");
  assert.equal(new URL(find("form").getAttribute("action")).search, "?q=a&suite=1");
  assert.equal(new URL(find("button").getAttribute("formaction")).search, "?q=a&suite=1");
  assert.equal(find("[rel=next]").search, "?page=3&q=a");
});

test("what is there already is not there twice", async () => {
  show(listing(day("Hier", 24, 23), 1, 2));
  answering(listing(day("Hier", 23, 22), 2, 2));
  await pages().read("end");
  assert.deepEqual(uids(), ["24", "23", "22"]);
  assert.equal(find("[rel=next]").hidden, true);
});

test("newer ones are joined before", async () => {
  show(listing(day("Lundi", 12, 11), 2, 2));
  answering(listing(day("Mardi", 14) + day("Lundi", 13), 1, 2));
  await pages().read("start");
  assert.deepEqual(uids(), ["14", "13", "12", "11"]);
  assert.deepEqual(titles(), ["Mardi", "Lundi"]);
  assert.equal(find("[rel=prev]").hidden, true);
});

test("an arrow goes on to the row that comes", async () => {
  show(listing(day("Hier", 24, 23), 1, 2));
  answering(listing(day("Hier", 22, 21), 2, 2));
  const event = press(find("#row-23 a"), "ArrowDown");
  assert.equal(event.defaultPrevented, true);
  await new Promise(setImmediate);
  assert.equal(document.activeElement.id || document.activeElement.textContent, "22");
});

test("at most twenty pages are kept", async () => {
  show(listing(day("Hier", 999, 998), 1, 100));
  for (let page = 2; page <= 25; page += 1) {
    answering(listing(day("Hier", 1000 - page * 2 + 1, 1000 - page * 2), page, 100));
    await pages().read("end");
  }
  assert.equal(uids().length, 20 * SIZE);
  assert.equal(pages().dataset.page, "6");
  assert.equal(find("[rel=prev]").hidden, false);
  assert.equal(find("[rel=prev]").search, "?q=a&page=5");
  assert.equal(find("[rel=next]").search, "?page=26&q=a");
});

test("what fails leaves the list and its links", async () => {
  show(listing(day("Hier", 24, 23), 1, 2));
  answering("", false);
  await pages().read("end");
  assert.deepEqual(uids(), ["24", "23"]);
  assert.equal(find("[rel=next]").hidden, false);
});

test("the day that was asked for has the focus", () => {
  show(listing(day("Hier", 24, 23, 21, 20), 1, 1, "2026-11-22"));
  assert.equal(document.activeElement.textContent, "21");
});
