// A message that is opened beside a long list: nobody goes through the rows.
import assert from "node:assert/strict";
import test from "node:test";
import { document, find, show } from "./page.js";

const { hold } = await import("#lib/held.js");
for (const name of ["message-list", "row-selection", "row-departures"]) await import(`#elements/${name}.js`);

const PAGE = `<main id="content"><section class="pane" id="list" style="overflow-y: auto"><message-list id="listing" class="listing"><form>
  <row-selection data-one="1" data-many="%s"></row-selection><ul class="list">
  <li class="row" id="row-1"><input type="checkbox" name="uid" value="1"><a class="row__link" href="/1/">1</a></li>
  </ul></form><row-departures hidden></row-departures></message-list></section><section id="reader"></section></main>`;

// how often the row is looked at
function looks(targets) {
  show(PAGE);
  let count = 0;
  const row = find("#row-1");
  const box = row.querySelector("input");
  find("#list").scrollTop = 10;
  row.getBoundingClientRect = () => { count += 1; return { top: 0 }; };
  row.classList.toggle = () => { count += 1; };
  Object.defineProperty(box, "checked", { get: () => { count += 1; return false; } });
  const detail = { ctx: {}, tasks: targets.map((target) => ({ target: target && find(target) })) };
  document.addEventListener("htmx:before:swap", hold, { once: true });
  for (const name of ["before", "after"]) document.dispatchEvent(new CustomEvent(`htmx:${name}:swap`, { detail }));
  return count;
}

test("what is put beside the list does not look at its rows", () => {
  assert.equal(looks(["#reader"]), 0);
  assert.equal(looks(["#reader", null]), 0);
});

test("what reaches into the list, or holds it, does", () => {
  for (const targets of [["#list"], ["#reader", "#row-1"], ["#content"]]) assert.notEqual(looks(targets), 0);
});
