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

// jsdom draws nothing: a picture is known by the count that is written in it
let decoded = [];
const drawn = () => decoded.splice(0).forEach((done) => done());
globalThis.Image = class { decode = () => new Promise((done) => decoded.push(done)); };
window.HTMLCanvasElement.prototype.getContext = function context() {
  return new Proxy({}, { get: (_, name) => (name === "fillText" ? (text) => { this.text = text; } : () => {}), set: () => true });
};
window.HTMLCanvasElement.prototype.toDataURL = function url() { return `data:image/png,${this.text}`; };
const icon = () => (document.head.innerHTML = '<link rel="icon" href="/icon.svg">', document.head.querySelector("link"));
const settled = () => new Promise(setImmediate);

test("the icon tells what is unread, and is plain when nothing is", async () => {
  const link = icon();
  show(badge(5));
  drawn();
  await settled();
  assert.equal(link.href, "data:image/png,5");
  find("unread-badge").dataset.count = "100";
  drawn();
  await settled();
  assert.equal(link.href, "data:image/png,99+");
  find("unread-badge").dataset.count = "0";
  await settled();
  assert.match(link.href, /\/icon\.svg$/);
});

test("a picture that comes late does not cover what is told since", async () => {
  const link = icon();
  show(badge(7));
  find("unread-badge").dataset.count = "0";
  drawn();
  await settled();
  assert.match(link.href, /\/icon\.svg$/);
});
