import assert from "node:assert/strict";
import test from "node:test";
import { find, show } from "./page.js";

await import("#elements/list-beside.js");

const BESIDE = '<section id="list"><list-beside data-url="/courrier/INBOX/?autour=7"></list-beside></section>';

test("it asks for the list once, where the list is shown", () => {
  show(BESIDE);
  find("list-beside").checkVisibility = () => true;
  find("list-beside").ask();
  find("list-beside").ask();
  assert.equal(globalThis.asked.length, 1);
  assert.deepEqual(globalThis.asked[0].slice(0, 2), ["GET", "/courrier/INBOX/?autour=7"]);
});

test("on a narrow screen it waits until the screen is wide", () => {
  show(BESIDE);
  let wide = false;
  find("list-beside").checkVisibility = () => wide;
  find("list-beside").ask();
  assert.deepEqual(globalThis.asked, []);
  wide = true;
  globalThis.window.dispatchEvent(new Event("resize"));
  assert.equal(globalThis.asked.length, 1);
});
