// The outbox that stays true while it is looked at.
import assert from "node:assert/strict";
import test from "node:test";
import { pass } from "./clock.js";
import { document, find, show } from "./page.js";

await import("#elements/outbox-watch.js");

const PAGE = `<outbox-watch data-url="/envois/a@b/"><section id="outbox">
  <form><input name="at" value="2026-11-25T08:00"></form></section></outbox-watch>`;
const changed = () => document.dispatchEvent(new Event("outgoing:changed"));

test("a message that leaves is asked about, several at once only once", () => {
  show(PAGE);
  changed();
  changed();
  pass(300);
  const [[verb, url, options]] = globalThis.asked;
  assert.equal(globalThis.asked.length, 1);
  assert.deepEqual([verb, url, options.target], ["GET", "/envois/a@b/", "#outbox"]);
  assert.equal(options.headers["X-Background"], "1");
});

test("it asks by itself every half minute", () => {
  show(PAGE);
  pass(30_000);
  assert.equal(globalThis.asked.length, 1);
});

test("an hour that is being typed stays", () => {
  show(PAGE);
  find("input").dispatchEvent(new Event("input", { bubbles: true }));
  changed();
  pass(2500);
  assert.equal(globalThis.asked.length, 0);
  find("form").remove();
  pass(2500);
  assert.equal(globalThis.asked.length, 1);
});

test("one that is gone asks no more", () => {
  show(PAGE);
  show("");
  changed();
  pass(60_000);
  assert.equal(globalThis.asked.length, 0);
});
