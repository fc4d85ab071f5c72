import assert from "node:assert/strict";
import test from "node:test";
import { document, find, press, show } from "./page.js";

await import("#elements/hot-keys.js");

const KEYS = { e: "archive", "#": "delete", "g i": "go-inbox", "/": "search", X: "extend", Space: "select" };
const PAGE = `<hot-keys data-keys='${JSON.stringify(KEYS)}'></hot-keys>
  <input id="text" data-act="search"><main id="content"><button data-act="archive">A</button><a id="link" href="#x">L</a>
  <input type="checkbox" id="box"></main><nav id="folders"><button data-act="go-inbox">I</button></nav><footer><a href="#y" id="foot">F</a></footer>`;

const clicks = (selector) => {
  const seen = [];
  find(selector).addEventListener("click", () => seen.push(1));
  return seen;
};

test("a key clicks what has its name", () => {
  show(PAGE);
  const seen = clicks("[data-act=archive]");
  assert.equal(press(document.body, "e").defaultPrevented, true);
  assert.equal(seen.length, 1);
});

test("nothing happens while somebody writes, or outside of mail", () => {
  show(PAGE);
  const seen = clicks("[data-act=archive]");
  press(find("#text"), "e");
  press(find("#foot"), "e");
  assert.equal(seen.length, 0);
});

test("a checkbox is no field of text", () => {
  show(PAGE);
  const seen = clicks("[data-act=archive]");
  press(find("#box"), "e");
  assert.equal(seen.length, 1);
});

test("keys of the system are left to it, AltGr writes characters", () => {
  show(PAGE);
  const seen = clicks("[data-act=archive]");
  press(document.body, "e", { ctrlKey: true });
  press(document.body, "e", { altKey: true });
  press(document.body, "e", { metaKey: true });
  assert.equal(seen.length, 0);
  let act = "";
  document.addEventListener("shortcut", (event) => { act = event.detail.act; }, { once: true });
  press(document.body, "#", { ctrlKey: true, altKey: true, modifierAltGraph: true });
  assert.equal(act, "delete");
});

test("two keys follow each other", () => {
  show(PAGE);
  const seen = clicks("[data-act=go-inbox]");
  press(document.body, "g");
  press(document.body, "i");
  press(document.body, "i");
  assert.equal(seen.length, 1);
});

test("who takes the event does it instead", () => {
  show(PAGE);
  const seen = clicks("[data-act=archive]");
  document.addEventListener("shortcut", (event) => event.preventDefault(), { once: true });
  assert.equal(press(document.body, "e").defaultPrevented, true);
  assert.equal(seen.length, 0);
});

test("a key that is held down acts once", () => {
  show(PAGE);
  const seen = clicks("[data-act=archive]");
  press(document.body, "e", { repeat: true });
  assert.equal(seen.length, 0);
});

test("Space on a link or button is the browser's", () => {
  show(PAGE);
  assert.equal(press(find("#link"), " ").defaultPrevented, false);
});

test("the search has the focus", () => {
  show(PAGE);
  press(document.body, "/");
  assert.equal(document.activeElement, find("#text"));
});

test("letters in an open menu are the menu's", () => {
  show(`${PAGE}<main id="list"><details class="menu" open><summary>M</summary><button id="item">B</button></details></main>`);
  const seen = clicks("[data-act=archive]");
  press(find("#item"), "e");
  assert.equal(seen.length, 0);
  find("details").open = false;
  press(find("summary"), "e");
  assert.equal(seen.length, 1);
});
