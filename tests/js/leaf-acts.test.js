// The menu of one message of a conversation.
import assert from "node:assert/strict";
import test from "node:test";
import { find, show } from "./page.js";

await import("#elements/leaf-acts.js");
const { leavesShown } = await import("#lib/leaves.js");

const settled = () => new Promise((done) => { setTimeout(done); });
const leaf = (uid, inside = "") => `<li id="leaf-ab-${uid}"><details class="leaf" open><summary id="line-${uid}">${uid}</summary>
  <div class="leaf__standing">${inside}</div><form id="form-${uid}"><leaf-acts><details open><summary id="menu-${uid}"></summary>
  <div class="menu__items"><button id="mark-${uid}">m</button><button id="part-${uid}" data-parts>p</button></div></details></leaf-acts></form></details></li>`;

async function use(id) {
  const form = find(id).closest("form");
  form.addEventListener("submit", (event) => event.preventDefault(), { once: true });
  find(id).click();
  await settled();
}

test("a message that leaves is folded, and the next one has the focus", async () => {
  show(`<ol id="sheets">${leaf(1)}${leaf(2)}</ol>`);
  await use("#part-1");
  assert.equal(find("#leaf-ab-1 .leaf").open, false);
  assert.equal(document.activeElement.id, "line-2");
});

test("after a mark the message stays as it is", async () => {
  show(`<ol id="sheets">${leaf(1)}</ol>`);
  await use("#mark-1");
  assert.equal(find("#leaf-ab-1 .leaf").open, true);
  assert.equal(find("#leaf-ab-1 leaf-acts details").open, false);
  assert.equal(document.activeElement.id, "menu-1");
});

test("what has left is asked after no more", () => {
  const reader = show(`<article><ol id="sheets">${leaf(1)}${leaf(2, "<p>parti</p>")}${leaf(3)}</ol></article>`);
  find("#leaf-ab-3 .leaf").open = false;
  assert.equal(leavesShown(reader), "ab.1+.3");
});

test("of more messages than an address holds the newest are asked after", () => {
  const many = Array.from({ length: 600 }, (_, at) => leaf(1000 + at)).join("");
  const shown = leavesShown(show(`<article><ol id="sheets">${many}</ol></article>`));
  assert.ok(shown.length > 2400 && shown.length <= 2500, shown.length);
  assert.ok(shown.endsWith(".1598+.1599+"), shown.slice(-20));
});
