import assert from "node:assert/strict";
import { test } from "node:test";
import { apart, switched, usual } from "../../static/js/lib/signing.js";

const ONE = "-- \nAnne";
const TWO = "-- \nH. Moreau\nCollège";
const QUOTE = "Le 1er mai, Paul a écrit :\n> Bonjour\n>\n> Fin\n";

test("one signature takes the place of another, and nothing else moves", () => {
  const text = `Bonjour,\n\n  deux  espaces\n\n${ONE}\n\n${QUOTE}`;
  const after = switched(text, [ONE, TWO], TWO);
  assert.equal(after, text.replace(ONE, TWO));
  assert.equal(switched(after, [ONE, TWO], ONE), text);
});

test("the first one stands above what is quoted", () => {
  assert.equal(switched(`Bonjour\n\n${QUOTE}`, [ONE], ONE), `Bonjour\n\n${ONE}\n\n${QUOTE}`);
  assert.equal(switched("Bonjour", [ONE], ONE), `Bonjour\n\n${ONE}\n`);
});

test("one that was changed stays", () => {
  const text = `Bonjour\n\n${ONE} Dupont`.replace("Anne", "Annie");
  assert.ok(switched(text, [ONE], TWO).startsWith(text));
});

test("none takes it away with the empty lines above it", () => {
  assert.equal(switched(`Bonjour\n\n${ONE}\n\n${QUOTE}`, [ONE], ""), `Bonjour\n\n${QUOTE}`);
  assert.equal(switched("Bonjour", [ONE], ""), "Bonjour");
});

test("a text written between what is quoted is not cut", () => {
  assert.deepEqual(apart("> oui ?\nOui."), ["> oui ?\nOui.", ""]);
});

test("the usual one is imposed, or of the address alone", () => {
  const option = (senders, ...marks) => ({ dataset: { senders, ...Object.fromEntries(marks.map((m) => [m, ""])) } });
  const all = option("a@a.test b@a.test", "new", "answers");
  const alone = option("a@a.test", "new");
  const imposed = option("a@a.test b@a.test", "new", "answers", "imposed");
  assert.equal(usual([all, alone], "A@a.test", false), alone);
  assert.equal(usual([all, alone], "a@a.test", true), all);
  assert.equal(usual([all, alone, imposed], "a@a.test", false), imposed);
  assert.equal(usual([all, alone], "c@a.test", false), null);
});
