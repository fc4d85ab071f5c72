import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { document, find, show } from "./page.js";

for (const name of ["message-list", "hot-keys"]) await import(`#elements/${name}.js`);
const { perform } = await import("#lib/shortcuts.js");

const row = (uid) => `<li class="row row--unread" id="row-${uid}">
  <input type="checkbox" name="uid" value="${uid}"><a class="row__link" href="/m/${uid}/">${uid}</a></li>`;
const LIST = `<main id="content"><section id="list"><message-list id="listing"><form action="/m/marques/?page=2">
  <ul>${[4, 3, 2, 1].map(row).join("")}</ul></form></message-list></section><section id="reader"></section></main>`;
const read = (uid) => `<article class="reader" id="message-${uid}"><button data-act="archive" value="${uid}"></button>
  <h1 class="reader__subject" tabindex="-1">${uid}</h1></article>`;

const link = (uid) => find(`#row-${uid} a`);
const frame = () => new Promise((resolve) => { requestAnimationFrame(() => setImmediate(resolve)); });
const soon = () => new Promise(setImmediate);
const marked = () => [...document.querySelectorAll("[aria-current]")].map((each) => each.textContent);
const focused = () => document.activeElement;

// as htmx does with hx-sync="replace": whoever is overtaken is answered nothing
let under = null;
function answered(_verb, url, { target }) {
  under?.end();
  return new Promise((resolve) => {
    const come = (html) => { find(target).innerHTML = html; under = null; resolve(); };
    under = { url, end: resolve, come };
  });
}

let acts = [];
let changes = 0;
document.addEventListener("folder:changed", () => { changes += 1; });
document.addEventListener("click", ({ target }) => {
  if (target.dataset?.act) acts.push([target.dataset.act, target.value]);
});

beforeEach(() => {
  globalThis.answered = answered;
  [under, acts, changes] = [null, [], 0];
  show(LIST);
});

async function opened(uid) {
  link(uid).focus();
  link(uid).click();
  under.come(read(uid));
  await frame();
}

test("a row opens beside the list, and is read when its message is there", async () => {
  link(2).click();
  const [[verb, url, options]] = globalThis.asked;
  assert.deepEqual([verb, url, options.target, options.push], ["GET", link(2).href, "#reader", url]);
  assert.equal(options.source, find("message-list"));
  assert.deepEqual(marked(), ["2"]);
  assert.equal(find("#row-2").classList.contains("row--unread"), true);
  under.come(read(2));
  await frame();
  assert.equal(find("#row-2").classList.contains("row--unread"), false);
  assert.equal(changes, 1);
  assert.equal(focused(), find(".reader__subject"));
});

test("of three that are opened the last one is read, marked and acted on", async () => {
  await opened(4);
  for (const uid of [3, 2, 1]) {
    perform("next", find(".reader__subject"));
    assert.deepEqual(marked(), [String(uid)]);
  }
  perform("archive", find(".reader__subject"));
  await soon();
  assert.deepEqual(acts, []);
  under.come(read(1));
  await frame();
  assert.deepEqual(marked(), ["1"]);
  assert.deepEqual(acts, [["archive", "1"]]);
  assert.equal(find("#row-3").classList.contains("row--unread"), true);
});

test("keys keep their order", async () => {
  await opened(4);
  for (const act of ["next", "archive", "next", "archive"]) perform(act, focused());
  assert.match(under.url, /3/);
  under.come(read(3));
  await frame();
  assert.match(under.url, /2/);
  under.come(read(2));
  await frame();
  assert.deepEqual(acts, [["archive", "3"], ["archive", "2"]]);
});

test("what does not come leaves the mark with what is read, and no key behind", async () => {
  await opened(4);
  perform("next", focused());
  perform("archive", focused());
  under.end();
  await frame();
  assert.deepEqual(marked(), ["4"]);
  assert.deepEqual(acts, []);
  assert.equal(find("#row-3").classList.contains("row--unread"), true);
});

test("somebody who goes on in the list is not taken out of it", async () => {
  link(4).focus();
  link(4).click();
  perform("next", link(4));
  under.come(read(4));
  await frame();
  assert.equal(focused(), link(3));
  assert.deepEqual(marked(), ["4"]);
});

test("what is selected is acted on at once", async () => {
  find("#row-2 input").checked = true;
  link(4).focus();
  link(4).click();
  perform("archive", link(4));
  await soon();
  under.come(read(4));
  await frame();
  assert.deepEqual(acts, []);
});

test("a key that is held asks for the message where it rests", async () => {
  await opened(4);
  for (const repeat of [false, true, true]) perform("next", focused(), repeat);
  assert.deepEqual(marked(), ["1"]);
  await new Promise((resolve) => { setTimeout(resolve, 100); });
  assert.deepEqual(globalThis.asked.map(([, url]) => url.at(-2)), ["4", "3", "1"]);
});

test("the next message is that after the one that is read, wherever Tab leads", async () => {
  await opened(4);
  link(2).focus();
  perform("next", find(".reader__subject"));
  assert.deepEqual(marked(), ["3"]);
});

test("a conversation that goes on is in the row of its newest message", async () => {
  await opened(3);
  const bar = (place) => `<form class="reader__bar" action="${place}"><input id="open-uids" value="9,3"></form>`;
  find(".reader").insertAdjacentHTML("beforeend", bar("/m/marques/"));
  find("#row-3").outerHTML = row(9);
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  assert.deepEqual(marked(), ["9"]);
  perform("next", find(".reader__subject"));
  assert.deepEqual(marked(), ["2"]);
  // the same number in another folder is another message
  under.come(read(2) + bar("/ailleurs/marques/"));
  find("#row-2").remove();
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  assert.deepEqual(marked(), []);
});

test("nothing comes any more when the person goes back", () => {
  link(2).click();
  let aborted = 0;
  find("message-list").addEventListener("htmx:abort", () => { aborted += 1; });
  document.dispatchEvent(new CustomEvent("htmx:before:history:restore"));
  assert.equal(aborted, 1);
});
