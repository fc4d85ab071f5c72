// Elements that do something after a while.
import assert from "node:assert/strict";
import test from "node:test";
import { pass } from "./clock.js";
import { document, find, show } from "./page.js";

await import("#elements/auto-dismiss.js");
await import("#elements/visit-watch.js");

const settled = () => new Promise(setImmediate);

test("a notice leaves after its seconds", () => {
  show('<auto-dismiss data-seconds="3">Envoyé</auto-dismiss>');
  pass(2000);
  assert.ok(find("auto-dismiss"));
  pass(1000);
  assert.equal(find("auto-dismiss"), null);
});

test("a notice stays while it has the focus", () => {
  show('<auto-dismiss data-seconds="3"><button>Annuler</button></auto-dismiss>');
  find("button").focus();
  pass(9000);
  assert.ok(find("auto-dismiss"));
});

const VISIT = `<visit-watch data-url="/session/" data-leave="#partie" data-token="jeton" hidden>
  <button>Rester</button></visit-watch>`;

function answering(...left) {
  const calls = [];
  globalThis.fetch = async (url, options) => {
    calls.push([options.method, options.headers["X-CSRFToken"]]);
    const seconds = left.shift();
    return { ok: seconds !== undefined, json: async () => ({ seconds }) };
  };
  return calls;
}

async function minutes(count) {
  for (let passed = 0; passed < count; passed += 1) {
    pass(61_000);
    await settled();
  }
}

test("a visit that ends soon is told, and prolonged on demand", async () => {
  const calls = answering(90, 900);
  const visit = show(VISIT);
  await minutes(1);
  assert.equal(visit.hidden, false);
  find("button").click();
  await settled();
  assert.equal(visit.hidden, true);
  assert.deepEqual(calls, [["GET", "jeton"], ["POST", "jeton"]]);
});

test("a visit that has time left is not mentioned", async () => {
  answering(900);
  const visit = show(VISIT);
  await minutes(1);
  assert.equal(visit.hidden, true);
});

test("a visit that is over leads away", async () => {
  answering();
  show(VISIT);
  await minutes(1);
  assert.equal(document.location.hash, "#partie");
});

test("a server that does not answer is asked again", async () => {
  let calls = 0;
  globalThis.fetch = async () => { calls += 1; throw new TypeError("no network"); };
  const visit = show(VISIT);
  await minutes(2);
  assert.equal(calls, 2);
  assert.equal(visit.hidden, true);
});
