import assert from "node:assert/strict";
import test from "node:test";
import { document, find, press, show } from "./page.js";

await import("#elements/message-list.js");

const row = (uid) => `<li class="row row--unread" id="row-${uid}">
  <input type="checkbox" name="uid" value="${uid}"><a class="row__link" href="/m/${uid}/">${uid}</a></li>`;
const LIST = `<message-list><form>
  <label data-select-all hidden><input type="checkbox"></label>
  <button name="mark" value="seen">Lu</button><button data-leaves>Supprimer</button>
  <ul>${row(3)}${row(2)}${row(1)}</ul></form></message-list><div id="reader"></div>`;

const link = (uid) => find(`#row-${uid} a`);
const box = (uid) => find(`#row-${uid} input`);
const checked = () => [...document.querySelectorAll("[name=uid]:checked")].map((b) => b.value);

function submit(button) {
  const event = new Event("submit", { bubbles: true });
  event.submitter = button;
  find("form").dispatchEvent(event);
}

test("it shows the box that selects all, and that box selects all", () => {
  show(LIST);
  assert.equal(find("[data-select-all]").hidden, false);
  find("[data-select-all] input").click();
  assert.deepEqual(checked(), ["3", "2", "1"]);
  find("[data-select-all] input").click();
  assert.deepEqual(checked(), []);
});

test("the box that selects all comes back after an update", () => {
  show(LIST);
  find("[data-select-all]").hidden = true;
  document.dispatchEvent(new Event("htmx:after:swap"));
  assert.equal(find("[data-select-all]").hidden, false);
});

test("arrows go from row to row and stop at the ends", () => {
  show(LIST);
  link(3).focus();
  assert.equal(press(link(3), "ArrowDown").defaultPrevented, true);
  assert.equal(document.activeElement, link(2));
  press(link(2), "ArrowUp");
  press(link(3), "ArrowUp");
  assert.equal(document.activeElement, link(3));
});

test("Space selects the row that has the focus", () => {
  show(LIST);
  link(2).focus();
  press(link(2), " ");
  assert.deepEqual(checked(), ["2"]);
});

test("shift selects all from the last one on", () => {
  show(LIST);
  box(3).click();
  box(1).dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: true }));
  assert.deepEqual(checked(), ["3", "2", "1"]);
});

test("a row opens beside the list and is read at once", async () => {
  show(LIST);
  let changed = 0;
  document.addEventListener("folder:changed", () => { changed += 1; }, { once: true });
  link(2).click();
  await Promise.resolve();
  const [[verb, url, options]] = globalThis.asked;
  assert.deepEqual([verb, url, options.target], ["GET", link(2).href, "#reader"]);
  assert.equal(find("#row-2").classList.contains("row--unread"), false);
  await new Promise(setImmediate);
  assert.equal(changed, 1);
});

test("a click that opens another tab is left to the browser", () => {
  show(LIST);
  const event = new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: true });
  find("message-list").addEventListener("click", (e) => e.preventDefault(), { once: true });
  link(2).dispatchEvent(event);
  assert.deepEqual(globalThis.asked, []);
});

test("what is deleted leaves at once, and comes back when that fails", () => {
  show(LIST);
  box(2).click();
  submit(find("[data-leaves]"));
  assert.equal(find("#row-2").classList.contains("row--leaving"), true);
  assert.equal(find("#row-3").classList.contains("row--leaving"), false);
  document.dispatchEvent(new Event("htmx:response:error"));
  assert.equal(find("#row-2").classList.contains("row--leaving"), false);
});

test("what is only marked stays", () => {
  show(LIST);
  box(2).click();
  submit(find("[name=mark]"));
  assert.equal(find("#row-2").classList.contains("row--leaving"), false);
});
