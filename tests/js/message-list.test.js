import assert from "node:assert/strict";
import test from "node:test";
import { document, find, press, show } from "./page.js";
import { refocused } from "../../static/js/lib/refocus.js";

for (const name of ["message-list", "row-selection", "row-actions", "row-departures"]) {
  await import(`#elements/${name}.js`);
}

const row = (uid) => `<li class="row row--unread" id="row-${uid}">
  <input type="checkbox" name="uid" value="${uid}"><a class="row__link" href="/m/${uid}/">${uid}</a></li>`;
const LIST = `<main id="content"><section id="list"><message-list><form hx-target="#list">
  <label data-select-all hidden><input type="checkbox"></label><h1 class="listing__title">Titre</h1>
  <row-selection data-one="1 sélectionné" data-many="%s sélectionnés"></row-selection>
  <label><input type="checkbox" name="all" value="1" data-count="20 000"></label>
  <span class="listing__actions"><button name="mark" value="seen" data-act="seen">Lu</button>
  <button data-leaves data-act="delete">Supprimer</button>
  <button name="mark" value="flagged" data-act="star">Suivre</button>
  <button name="mark" value="unflagged" data-act="unstar">Ne plus suivre</button></span>
  <ul>${row(3)}${row(2)}${row(1)}</ul></form>
  <row-actions id="row-actions" hidden><button type="button" data-row-act="delete">Supprimer</button></row-actions>
  <row-departures hidden></row-departures></message-list></section><div id="reader"></div></main>`;

const link = (uid) => find(`#row-${uid} a`);
const box = (uid) => find(`#row-${uid} input`);
const checked = () => [...document.querySelectorAll("[name=uid]:checked")].map((b) => b.value);
const told = () => find("row-selection").textContent;
const shift = { bubbles: true, cancelable: true, shiftKey: true };

function submit(button, form = find("form")) {
  const event = new Event("submit", { bubbles: true });
  event.submitter = button;
  form.dispatchEvent(event);
}

// what the form held when it left
function sent() {
  const seen = [];
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    seen.push([event.submitter.dataset.act, ...checked()]);
  }, { capture: true });
  return seen;
}

const shortcut = (act, target = document.activeElement) => {
  const event = new CustomEvent("shortcut", { bubbles: true, cancelable: true, detail: { act } });
  target.dispatchEvent(event);
  return event.defaultPrevented;
};

test("it shows the box that selects all, and that box selects all", () => {
  show(LIST);
  assert.equal(find("[data-select-all]").hidden, false);
  find("[data-select-all] input").click();
  assert.deepEqual(checked(), ["3", "2", "1"]);
  assert.equal(told(), "3 sélectionnés");
  find("[data-select-all] input").click();
  assert.deepEqual(checked(), []);
  assert.equal(told(), "");
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

test("Tab leads to one row only: the one that had the focus", () => {
  show(LIST);
  link(2).focus();
  assert.deepEqual([3, 2, 1].map((uid) => link(uid).tabIndex), [-1, 0, -1]);
  document.dispatchEvent(new Event("htmx:after:swap"));
  assert.equal(box(2).tabIndex, 0);
});

test("Space selects the row that has the focus", () => {
  show(LIST);
  link(2).focus();
  press(link(2), " ");
  assert.deepEqual(checked(), ["2"]);
  assert.equal(told(), "1 sélectionné");
});

test("shift selects all from the last one on", () => {
  show(LIST);
  box(3).click();
  box(1).dispatchEvent(new MouseEvent("click", shift));
  assert.deepEqual(checked(), ["3", "2", "1"]);
});

test("shift on a row selects up to it, and opens nothing", () => {
  show(LIST);
  box(3).click();
  link(2).dispatchEvent(new MouseEvent("click", shift));
  assert.deepEqual(checked(), ["3", "2"]);
  assert.deepEqual(globalThis.asked, []);
});

test("Ctrl+A selects the page, Escape nothing", () => {
  show(LIST);
  link(3).focus();
  assert.equal(press(link(3), "a", { ctrlKey: true }).defaultPrevented, true);
  assert.equal(checked().length, 3);
  assert.equal(shortcut("escape"), true);
  assert.deepEqual(checked(), []);
});

test("the whole folder is selected with all its rows, and no longer without one", () => {
  show(LIST);
  find("[name=all]").click();
  assert.equal(checked().length, 3);
  assert.equal(told(), "20 000 sélectionnés");
  box(2).click();
  assert.equal(find("[name=all]").checked, false);
  assert.equal(told(), "2 sélectionnés");
});

test("when a large act has begun, nothing is selected any more", () => {
  show(LIST);
  find("[name=all]").click();
  document.dispatchEvent(new CustomEvent("act:begun"));
  assert.deepEqual(checked(), []);
  assert.equal(find("[name=all]").checked, false);
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

test("the next row has the focus, and keeps it when the answer comes", () => {
  show(LIST);
  link(2).focus();
  box(2).checked = true;
  submit(find("[data-leaves]"));
  assert.equal(document.activeElement, link(1));
  find("#row-2").remove();
  document.activeElement.blur();
  document.dispatchEvent(new Event("htmx:after:swap"));
  assert.equal(document.activeElement, link(1));
});

test("a focus that is lost after the answer is not the list's", () => {
  show(LIST);
  const form = find("form");
  submit(find("[name=mark]"), form);
  form.dispatchEvent(new Event("htmx:finally:request", { bubbles: true }));
  document.dispatchEvent(new Event("htmx:after:swap"));
  assert.equal(document.activeElement, document.body);
});

test("a reader that is replaced gives the focus to its subject", () => {
  show(LIST);
  const reader = find("#reader");
  reader.innerHTML = '<h1 class="reader__subject" tabindex="-1">Objet</h1>';
  refocused({ detail: { ctx: { target: find("#list") } } });
  assert.equal(document.activeElement, document.body);
  refocused({ detail: { ctx: { target: reader } } });
  assert.equal(document.activeElement, find(".reader__subject"));
  link(2).focus();
  refocused({ detail: { ctx: { target: reader } } });
  assert.equal(document.activeElement, link(2));
});

test("an answer that still holds what leaves later does not bring it back", () => {
  show(LIST);
  for (const uid of [3, 2]) {
    box(3).checked = uid === 3;
    box(2).checked = uid === 2;
    submit(find("[data-leaves]"));
  }
  find("#row-3").remove();
  find("#row-2").classList.remove("row--leaving");
  document.dispatchEvent(new Event("htmx:after:swap"));
  assert.equal(find("#row-2").classList.contains("row--leaving"), true);
});

test("what is only marked stays", () => {
  show(LIST);
  box(2).click();
  submit(find("[name=mark]"));
  assert.equal(find("#row-2").classList.contains("row--leaving"), false);
});

test("a key acts on the row that has the focus, and leaves the selection", () => {
  show(LIST);
  const seen = sent();
  link(2).focus();
  assert.equal(shortcut("delete"), true);
  assert.deepEqual(seen, [["delete", "2"]]);
  assert.deepEqual(checked(), []);
});

test("a key acts on what is selected, wherever the focus is", () => {
  show(LIST);
  const seen = sent();
  box(3).click();
  box(1).click();
  link(2).focus();
  shortcut("star");
  assert.deepEqual(seen.at(-1), ["star", "3", "1"]);
});

test("the star of what has one goes", () => {
  show(LIST);
  const seen = sent();
  find("#row-2").insertAdjacentHTML("beforeend", '<span class="row__star"></span>');
  link(2).focus();
  shortcut("star");
  assert.deepEqual(seen.at(-1), ["unstar", "2"]);
});

test("in the message that is read the list leaves a key to the message", () => {
  show(LIST);
  find("#reader").innerHTML = '<h1 tabindex="-1">Lu</h1>';
  find("#reader h1").focus();
  assert.equal(shortcut("delete"), false);
});

test("the buttons of a row go to the one that is pointed at, and act on it alone", () => {
  show(LIST);
  const seen = sent();
  box(3).click();
  find("#row-2").dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
  assert.equal(find("row-actions").parentElement.id, "row-2");
  find("[data-row-act]").click();
  assert.deepEqual(seen.at(-1), ["delete", "2"]);
});

test("with Shift an arrow is the browser's", () => {
  show(LIST);
  link(3).focus();
  assert.equal(press(link(3), "ArrowDown", { shiftKey: true }).defaultPrevented, false);
  assert.equal(document.activeElement, link(3));
});

test("the focus of an announcement that was hidden goes to the next one, else to the page", () => {
  show('<div id="announcements"><button>Masquer</button></div><main id="content" tabindex="-1"></main>');
  const target = document.createElement("div");
  target.id = "announcements";
  refocused({ detail: { ctx: { target } } });
  assert.equal(document.activeElement, find("#announcements button"));
  find("#announcements").replaceChildren();
  refocused({ detail: { ctx: { target } } });
  assert.equal(document.activeElement, find("#content"));
});
