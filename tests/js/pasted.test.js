import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { document } from "./page.js";

globalThis.Node = document.defaultView.Node;
const { cleaned } = await import("#lib/pasted.js");

// DOMPurify has been there before: no comments, no scripts
function pasted(name) {
  const text = readFileSync(new URL(`./clipboard/${name}.html`, import.meta.url), "utf8");
  const holder = document.createElement("template");
  holder.innerHTML = text.replace(/<!--[^]*?-->|<!\[[^>]*>/g, "");
  const result = document.createElement("div");
  result.append(cleaned(document.importNode(holder.content, true)));
  return result;
}

const words = (root, selector) => [...root.querySelectorAll(selector)].map((found) => found.textContent.trim());

test("of Word the words, lists, links and tables stay", () => {
  const word = pasted("word");
  assert.doesNotMatch(word.innerHTML, /mso|class=|font|o:p|file:|·|<span/i);
  assert.deepEqual(words(word, "b"), ["Conseil de classe", "Élève"]);
  assert.deepEqual(words(word, "i"), ["à tous"]);
  assert.deepEqual(words(word, ":scope > ul > li > ul > li"), ["Trimestre 1"]);
  assert.equal(word.querySelectorAll(":scope > ul > li").length, 2);
  assert.equal(word.querySelector("a").getAttribute("href"), "https://etab.test/salle");
  assert.equal(word.querySelectorAll("table td").length, 2);
  assert.match(word.querySelector("td").getAttribute("style"), /border/);
});

test("a numbered list of Word is one, after the other", () => {
  assert.deepEqual(words(pasted("word"), ":scope > ol > li"), ["Appel"]);
});

test("of LibreOffice too, without its fonts and colours", () => {
  const office = pasted("libreoffice");
  assert.doesNotMatch(office.innerHTML, /font|color|background|line-height|align/i);
  assert.deepEqual(words(office, "b"), ["Réunion"]);
  assert.deepEqual(words(office, "li"), ["Rappel", "Horaire"]);
  assert.deepEqual(words(office, "i"), ["Horaire"]);
});

test("a page of the web leaves its look, its tricks and its buttons there", () => {
  const web = pasted("web");
  assert.doesNotMatch(web.innerHTML, /style=|class=|onclick|data-hx|javascript|<button|caché|docs-internal/);
  assert.deepEqual(words(web, "b"), ["Gras"]);
  assert.deepEqual(words(web, "i"), ["italique"]);
  assert.deepEqual(words(web, "a"), ["Bon lien"]);
  assert.match(web.textContent, /Lien/);
  assert.equal(web.querySelector("img").getAttribute("width"), "40");
});
