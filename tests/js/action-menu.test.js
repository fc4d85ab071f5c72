import assert from "node:assert/strict";
import test from "node:test";
import { document, find, press, show } from "./page.js";

await import("#elements/action-menu.js");

const MENU = `<action-menu><details open><summary>Plus</summary>
  <div class="menu__items"><a href="/a">A</a><button>B</button></div></details></action-menu>
  <button id="outside">Ailleurs</button>`;

test("it closes on Escape and gives the focus back", () => {
  const menu = show(MENU);
  find("a").focus();
  press(find("a"), "Escape");
  assert.equal(menu.details.open, false);
  assert.equal(document.activeElement, find("summary"));
});

test("it closes when something else is clicked, not for its own items", () => {
  const menu = show(MENU);
  find("a").addEventListener("click", (event) => event.preventDefault());
  find("a").click();
  assert.equal(menu.details.open, true);
  find("#outside").click();
  assert.equal(menu.details.open, false);
});

test("it closes when the focus leaves it", () => {
  const menu = show(MENU);
  find("a").focus();
  find("#outside").focus();
  assert.equal(menu.details.open, false);
});

test("arrows go round its items", () => {
  show(MENU);
  press(find("summary"), "ArrowDown");
  assert.equal(document.activeElement, find("a"));
  press(find("a"), "ArrowDown");
  assert.equal(document.activeElement, find(".menu__items button"));
  press(find(".menu__items button"), "ArrowDown");
  assert.equal(document.activeElement, find("a"));
  press(find("a"), "ArrowUp");
  assert.equal(document.activeElement, find(".menu__items button"));
});

test("an empty menu takes over the items of another", () => {
  show(`<action-menu data-borrow="#lender"><details><summary>Vers</summary>
    <div class="menu__items"></div></details></action-menu>
    <div id="lender"><button>Archives</button></div>`);
  find("details").dispatchEvent(new Event("toggle"));
  assert.equal(find(".menu__items button").textContent, "Archives");
  assert.equal(find("#lender button").textContent, "Archives");
});

test("it stops listening when it leaves the page", () => {
  const menu = show(MENU);
  menu.remove();
  document.body.click();
  assert.equal(menu.details.open, true);
});

test("Escape closes it and does nothing else", () => {
  show(MENU);
  assert.equal(press(find("a"), "Escape").defaultPrevented, true);
  assert.equal(press(find("summary"), "Escape").defaultPrevented, false);
});

test("opened by a key pressed elsewhere, it has the focus at once", () => {
  const menu = show(MENU.replace(" open", ""));
  find("#outside").focus();
  find("summary").click();
  assert.equal(menu.details.open, true);
  assert.equal(document.activeElement, find("a"));
});
