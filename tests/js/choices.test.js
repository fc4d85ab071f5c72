import assert from "node:assert/strict";
import test from "node:test";
import { document, find, press, show } from "./page.js";

const { found } = await import("#models/choices.js");
const { choose } = await import("#elements/choice-dialog.js");
const { Selection } = await import("#models/selection.js");

const FOLDERS = [
  { value: "Archives/Écoles", label: "Écoles", detail: "Archives" },
  { value: "Factures", label: "Factures 2026" },
  { value: "Recoles", label: "Récoltes" },
];
const labels = (list) => list.map((choice) => choice.label);
const TEMPLATE = `<template id="choice-dialog"><dialog><h2></h2><input role="combobox"><ul role="listbox"></ul>
  <p data-none hidden></p><button data-close></button></dialog></template>`;

// jsdom has no modal dialogs
window.HTMLDialogElement.prototype.showModal = function showModal() { this.open = true; };
window.HTMLDialogElement.prototype.close = function close() {
  this.open = false;
  this.dispatchEvent(new Event("close"));
};

test("accents and case do not count; what begins so comes first", () => {
  assert.deepEqual(labels(found(FOLDERS, "ECOLES")), ["Écoles"]);
  assert.deepEqual(labels(found(FOLDERS, "co")), ["Écoles", "Récoltes"]);
  assert.deepEqual(labels(found(FOLDERS, "2026 fac")), ["Factures 2026"]);
  assert.deepEqual(labels(found(FOLDERS, "archives")), ["Écoles"]);
  assert.deepEqual(found(FOLDERS, "zzz"), []);
});

test("what was chosen lately is first while nothing is typed", () => {
  assert.deepEqual(labels(found(FOLDERS, " ", ["Recoles", "gone"])), ["Récoltes", "Écoles", "Factures 2026"]);
});

test("Enter on the button that closes chooses nothing", async () => {
  show(TEMPLATE);
  const answer = choose({ title: "Déplacer vers…", choices: FOLDERS });
  assert.equal(press(find("choice-dialog [data-close]"), "Enter").defaultPrevented, false);
  find("choice-dialog [data-close]").click();
  assert.equal(await answer, null);
});

test("a folder is found by typing and taken with Enter", async () => {
  show(TEMPLATE);
  const answer = choose({ title: "Déplacer vers…", choices: FOLDERS });
  const input = find("choice-dialog input");
  input.value = "fact";
  input.dispatchEvent(new Event("input"));
  press(input, "Enter");
  assert.equal(await answer, "Factures");
  assert.equal(find("choice-dialog"), null);
});

test("the arrows go round, and the screen reader follows", async () => {
  show(TEMPLATE);
  const answer = choose({ title: "Déplacer vers…", choices: FOLDERS });
  const input = find("choice-dialog input");
  press(input, "ArrowUp");
  const last = find("[role=option]:last-child");
  assert.equal(input.getAttribute("aria-activedescendant"), last.id);
  assert.equal(last.getAttribute("aria-selected"), "true");
  find("choice-dialog [data-close]").click();
  assert.equal(await answer, null);
});

test("names are texts, whatever they hold", () => {
  show(TEMPLATE);
  choose({ title: "x", choices: [{ value: "a", label: "<img src=x>" }] });
  assert.equal(document.querySelector("choice-dialog img"), null);
  assert.equal(find("[role=option]").textContent, "<img src=x>");
});

test("a range goes from its beginning to the row, in both directions", () => {
  const selection = new Selection();
  assert.deepEqual(selection.range(["a", "b", "c"], "b"), ["b"]);
  selection.begin("c");
  assert.deepEqual(selection.range(["a", "b", "c"], "a"), ["a", "b", "c"]);
  selection.begin("gone");
  assert.deepEqual(selection.range(["a", "b", "c"], "b"), ["b"]);
});

test("after rows that leave comes the next, else the last", () => {
  assert.equal(Selection.after(["a", "b", "c"], ["a", "b"]), "c");
  assert.equal(Selection.after(["a", "b", "c"], ["b", "c"]), "a");
  assert.equal(Selection.after(["a"], ["a"]), null);
  assert.equal(Selection.after(["a"], ["z"]), null);
});
