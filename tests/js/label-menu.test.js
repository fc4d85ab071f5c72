import assert from "node:assert/strict";
import test from "node:test";
import { document, find, press, show } from "./page.js";

await import("#elements/label-menu.js");

const choice = (value, name) => `<label class="menu__item"><input type="checkbox" name="label" value="${value}">${name}</label>`;
const MENU = `<label-menu><details><summary>Étiqueter</summary><div>
  <input name="new" data-find hidden disabled>${choice("$label1", "Important")}${choice("$label4", "À faire")}
  <button name="act" value="set" data-create hidden><span data-typed></span></button>
  <button name="act" value="set" data-apply hidden>Appliquer</button>
  <button name="act" value="add" data-without-script>Ajouter</button></div></details></label-menu>`;
const row = (uid, keywords) => `<li class="row"><input type="checkbox" name="uid" value="${uid}">
  <a href="/${uid}/"><span data-keywords="${keywords}"></span></a></li>`;
const LIST = `<form>${MENU}<ul>${row(1, "$label1 $Label4")}${row(2, "$label1")}${row(3, "")}</ul></form>`;

const box = (value) => find(`[name="label"][value="${value}"]`);

function opened(html, ...chosen) {
  show(html);
  for (const uid of chosen) find(`[name="uid"][value="${uid}"]`).checked = true;
  find("summary").click();
}

// the fields that leave with this button
function sent(button) {
  const event = new Event("submit", { bubbles: true, cancelable: true });
  event.submitter = find(button);
  find("form").dispatchEvent(event);
  return new FormData(find("form"));
}

function type(text) {
  find("[data-find]").value = text;
  find("[data-find]").dispatchEvent(new Event("input", { bubbles: true }));
}

test("the boxes tell what the chosen messages carry, whatever the case", () => {
  opened(LIST, 1, 2);
  assert.equal(box("$label1").checked, true);
  assert.equal(box("$label4").checked, false);
  assert.equal(box("$label4").indeterminate, true);
  assert.equal(document.activeElement, find("[data-find]"));
});

test("the row that has the focus is chosen when none is", () => {
  show(LIST);
  find('a[href="/2/"]').focus();
  find("summary").click();
  assert.equal(find('[name="uid"][value="2"]').checked, true);
  assert.equal(box("$label1").checked, true);
});

test("boxes that nobody turned decide nothing", () => {
  opened(LIST, 1, 2);
  box("$label4").click();
  const data = sent("[data-apply]");
  assert.deepEqual(data.getAll("label"), ["$label1", "$label4"]);
  assert.deepEqual(data.getAll("mixed"), ["$label1"]);
  assert.equal(data.has("new"), false);
});

test("typing narrows without accents, and offers what is not there", () => {
  opened(LIST, 3);
  type("a fa");
  assert.equal(box("$label4").closest("label").hidden, false);
  assert.equal(box("$label1").closest("label").hidden, true);
  type("À FAIRE");
  assert.equal(find("[data-create]").hidden, true);
  type("Voyage");
  assert.equal(find("[data-create]").hidden, false);
  assert.equal(sent("[data-create]").get("new"), "Voyage");
});

test("escape closes it and gives the focus back", () => {
  opened(LIST, 3);
  press(find("[data-find]"), "Escape");
  assert.equal(find("details").open, false);
  assert.equal(document.activeElement, find("summary"));
});

test("in a conversation the boxes tell of the messages of this folder", () => {
  const sheet = (keywords) => `<p data-keywords="${keywords}"></p>`;
  opened(`<article class="reader"><form>${MENU}</form><p id="labels-conversation"></p>
    <details class="leaf">${sheet("$label1")}</details><details class="leaf" data-elsewhere>${sheet("$label4")}</details></article>`);
  assert.equal(box("$label1").checked, true);
  assert.equal(box("$label4").checked, false);
  assert.equal(box("$label4").indeterminate, false);
});
