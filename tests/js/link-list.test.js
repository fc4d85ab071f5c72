import assert from "node:assert/strict";
import test from "node:test";
import { document, find, press, show } from "./page.js";

await import("#elements/link-list.js");

const item = (name, more = "") => `<li><a href="/m/${name}/"${more}><span class="folders__name">${name}</span><span>3</span></a></li>`;
const PAGE = `<nav id="folders"><link-list><ul>${item("Accueil")}${item("Écoles", ' aria-current="page"')}<li><span>Rien</span></li>${item("Élèves")}${item("Zoo")}</ul></link-list></nav>`;

const stops = () => [...document.querySelectorAll("a")].filter((link) => link.tabIndex === 0);
const focused = () => document.activeElement.textContent.slice(0, -1);

test("Tab leads to the current link alone, then to where one was", () => {
  show(PAGE);
  assert.deepEqual(stops(), [find("[aria-current]")]);
  find('[href="/m/Zoo/"]').focus();
  assert.deepEqual(stops(), [find('[href="/m/Zoo/"]')]);
});

test("arrows, Home and End go from link to link and stop at the ends", () => {
  show(PAGE);
  find("[aria-current]").focus();
  for (const [key, name] of [["ArrowDown", "Élèves"], ["End", "Zoo"], ["ArrowDown", "Zoo"], ["ArrowUp", "Élèves"], ["Home", "Accueil"]]) {
    assert.equal(press(document.activeElement, key).defaultPrevented, true);
    assert.equal(focused(), name);
  }
});

test("letters find a name without its accents, again and again the next one", () => {
  show(PAGE);
  find("a").focus();
  press(document.activeElement, "e");
  assert.equal(focused(), "Écoles");
  press(document.activeElement, "e");
  assert.equal(focused(), "Élèves");
  find("a").focus();
  find("link-list").typed = "";
  press(document.activeElement, "E");
  press(document.activeElement, "l");
  assert.equal(focused(), "Élèves");
});

test("what is no letter, or is the system's, is left alone", () => {
  show(PAGE);
  find("a").focus();
  for (const [key, more] of [["?"], ["/"], [" "], ["Enter"], ["a", { ctrlKey: true }], ["ArrowDown", { shiftKey: true }]]) {
    assert.equal(press(document.activeElement, key, more).defaultPrevented, false);
  }
});

test("a list that the server sent again is one stop again", () => {
  show(PAGE);
  find('[href="/m/Zoo/"]').focus();
  for (const link of document.querySelectorAll("a")) link.removeAttribute("tabindex");
  document.dispatchEvent(new Event("htmx:after:swap"));
  assert.deepEqual(stops(), [find('[href="/m/Zoo/"]')]);
});
