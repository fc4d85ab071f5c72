import assert from "node:assert/strict";
import test from "node:test";
import { document, find, show } from "./page.js";

globalThis.MutationObserver = globalThis.window.MutationObserver;
await import("#elements/unread-badge.js");

const badge = (count) => `<unread-badge data-count="${count}" hidden></unread-badge>`;

test("the title tells what is unread, once", () => {
  document.title = "(2) Boîte de réception";
  show(badge(5));
  assert.equal(document.title, "(5) Boîte de réception");
});

test("a count that changes changes the title", () => {
  document.title = "Archives";
  show(badge(5));
  find("unread-badge").dataset.count = "0";
  assert.equal(document.title, "Archives");
});

test("another title is told the same", async () => {
  show(badge(3));
  document.title = "Conseil de classe";
  await new Promise(setImmediate);
  assert.equal(document.title, "(3) Conseil de classe");
});
