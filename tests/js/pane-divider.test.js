import assert from "node:assert/strict";
import test from "node:test";
import { find, press, show } from "./page.js";

await import("#elements/pane-divider.js");

const divider = (orientation) => `<main class="panes"><pane-divider tabindex="0" role="separator"
  aria-orientation="${orientation}" aria-valuenow="38" aria-valuemin="20" aria-valuemax="70" data-url="/volet/"></pane-divider></main>`;
const bar = () => find("pane-divider");
const value = () => bar().getAttribute("aria-valuenow");
const share = () => find(".panes").style.getPropertyValue("--pane");

test("it shows the share that was kept", () => {
  show(divider("vertical"));
  assert.equal(share(), "38");
});

test("arrows move it, in its own direction only", () => {
  show(divider("vertical"));
  assert.equal(press(bar(), "ArrowRight").defaultPrevented, true);
  assert.equal(share(), "40");
  assert.equal(press(bar(), "ArrowUp").defaultPrevented, false);
  show(divider("horizontal"));
  press(bar(), "ArrowUp");
  assert.equal(value(), "36");
});

test("it stops at its limits", () => {
  show(divider("vertical"));
  press(bar(), "End");
  press(bar(), "ArrowRight");
  assert.equal(value(), "70");
  press(bar(), "Home");
  press(bar(), "ArrowLeft");
  assert.equal(value(), "20");
});

test("it is kept once when it rests", (t) => {
  // not the mock timers of Node, whose call is another in each version
  const waiting = new Set();
  t.mock.method(globalThis, "setTimeout", (act) => waiting.add(act) && act);
  t.mock.method(globalThis, "clearTimeout", (act) => waiting.delete(act));
  show(divider("vertical"));
  press(bar(), "ArrowRight");
  press(bar(), "ArrowRight");
  assert.deepEqual(globalThis.asked, []);
  for (const act of waiting) act();
  assert.equal(globalThis.asked.length, 1);
  const [verb, url, options] = globalThis.asked[0];
  assert.deepEqual([verb, url, options.values.pane, options.swap], ["POST", "/volet/", 42, "none"]);
});
