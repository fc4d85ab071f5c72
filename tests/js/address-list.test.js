import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import "./page.js";

const { read } = await import("#models/address-list.js");
const { isOutside, meant, normal, real, repeated, written } = await import("#models/recipients.js");
const CASES = JSON.parse(readFileSync(new URL("../letters/pasted.json", import.meta.url), "utf8"));

for (const { typed, people, bad = [] } of CASES) {
  test(`pasted: ${JSON.stringify(typed).slice(0, 50)}`, () => {
    const found = read(typed);
    const good = found.filter((one) => normal(one.email));
    assert.deepEqual(good.map((one) => [one.name, normal(one.email)]), people);
    assert.deepEqual(found.filter((one) => !normal(one.email)).map((one) => one.email || one.name), bad);
  });
}

test("what is written reads the same again", () => {
  const people = [{ name: 'Jean "Jo" Doe', email: "a@b.test" }, { name: "Durand, L.", email: "c@d.test" }, { name: "", email: "e@f.test" }];
  assert.deepEqual(read(people.map(written).join(", ")), people);
});

test("hostile lists are read in time", () => {
  const begin = performance.now();
  for (const text of ['"'.repeat(100_001), "<".repeat(100_000), "(".repeat(100_000), ";".repeat(100_000), "a@".repeat(100_000), "\\".repeat(100_000), "mailto:".repeat(50_000)]) read(text);
  assert.equal(read(Array.from({ length: 20_000 }, (_, n) => `Parent ${n} <p${n}@parents.test>`).join("; ")).length, 20_000);
  assert.ok(performance.now() - begin < 3000);
});

test("outside is what is not ours, whatever it looks like", () => {
  const own = "ac-poitiers.test";
  assert.equal(isOutside("a@ac-poitiers.test", own), false);
  assert.equal(isOutside("a@listes.AC-poitiers.test", own), false);
  assert.equal(isOutside("a@notac-poitiers.test", own), true);
  assert.equal(isOutside("a@аc-poitiers.test", own), true);
});

test("a slip in our domain is seen, another domain is not", () => {
  const own = "ac-poitiers.test";
  for (const domain of ["ac-poitier.test", "ac-poiitiers.test", "ac-pointiers.test", "ac-poitires.test", "ac_poitiers.test".replace("_", ".")]) {
    assert.equal(meant(`a@${domain}`, own), "a@ac-poitiers.test", domain);
  }
  for (const domain of [own, "x.ac-poitiers.test", "ac-bordeaux.test", "parents.test"]) assert.equal(meant(`a@${domain}`, own), "", domain);
  assert.equal(meant("nom@", own), "");
});

test("letters that look like others are told by their real name", () => {
  assert.match(real({ name: "Rectorat", email: "a@аc-poitiers.test" }), /@xn--/);
  assert.equal(real({ name: "chef@ac-poitiers.test", email: "x@evil.test" }), "x@evil.test");
  assert.equal(real({ name: "Marie", email: "m@x.test" }), "");
});

test("who stands in an earlier line is repeated", () => {
  const [one, two, other] = [{ name: "", email: "a@b.test" }, { name: "A", email: "A@B.test" }, { name: "", email: "c@d.test" }];
  assert.deepEqual([...repeated([[one], [other, two], []])], [[two, 0]]);
});
