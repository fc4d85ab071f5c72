import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { document, find, press, show } from "./page.js";

await import("#elements/recipient-field.js");

const WORDS = readFileSync(new URL("../../templates/mail/compose/_recipient_words.html", import.meta.url), "utf8")
  .replace(/\{% comment %\}.*?\{% endcomment %\}|\{% load [^%]*%\}/g, "").replace(/\{% translate "([^"]*)"[^%]*%\}/g, "$1");

const line = (name, label, value = "") => `<recipient-field data-own="ac-poitiers.test" data-max="5" data-members="/membres/">
  <label for="id_${name}">${label}</label><div class="recipients__box"><recipient-chips hidden><ul></ul></recipient-chips>
  <input id="id_${name}" type="text" name="${name}" value="${value}">
  <recipient-options data-near="/pres/" data-colleagues="/annuaire/" data-forget="/oubli/" hidden><ul role="listbox" id="${name}_options"></ul><p data-down hidden></p></recipient-options></div>
  <p data-said></p><ul class="recipients__notes"></ul></recipient-field>`;

function write(to = "", cc = "") {
  show(`${WORDS}<form><input name="csrfmiddlewaretoken" value="token">${line("to", "À", to)}${line("cc", "Cc", cc)}${line("bcc", "Cci")}</form>`);
  globalThis.requests = [];
  answers({});
}

// what the site answers, by path; null: it is away
function answers(byPath) {
  globalThis.fetch = async (url, options = {}) => {
    globalThis.requests.push([url, options]);
    const found = byPath[url.split("?")[0]];
    if (found === null) return { ok: false, status: 503, json: async () => ({}) };
    return { ok: true, status: 200, json: async () => found ?? { suggestions: [] } };
  };
}

const field = (name) => find(`#id_${name}`).closest("recipient-field");
const sent = (name) => field(name).querySelector("input[type=hidden]").value;
const chips = (name) => [...field(name).querySelectorAll(".recipient__label")].map((one) => one.textContent);
const names = (name) => [...field(name).querySelectorAll(".recipient__name")];
// a no-break space reads like any other
const read = (name, selector) => field(name).querySelector(selector).textContent.replaceAll("\u00a0", " ");
const notes = (name) => read(name, ".recipients__notes");
const said = (name) => read(name, "[data-said]");
const options = (name) => [...field(name).querySelectorAll("[role=option]")];
const later = (time = 260) => new Promise((resolve) => { setTimeout(resolve, time); });

// as long as it takes on a busy machine
async function until(is) {
  for (let tries = 0; tries < 300 && !is(); tries += 1) await later(10);
}

const offered = () => until(() => options("to").length);

function type(name, text) {
  const input = find(`#id_${name}`);
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  return input;
}

function paste(name, text) {
  const event = new Event("paste", { bubbles: true, cancelable: true });
  event.clipboardData = { getData: () => text };
  find(`#id_${name}`).dispatchEvent(event);
}

test("what the line held becomes chips and travels under its name", () => {
  write("Claire Dubois &lt;c@ac-poitiers.test&gt;, p@parents.test");
  assert.deepEqual(chips("to"), ["Claire Dubois", "p@parents.test"]);
  assert.equal(new FormData(find("form")).get("to"), "Claire Dubois <c@ac-poitiers.test>, p@parents.test");
  assert.equal(find("#id_to").value, "");
  assert.equal(names("to")[0].title, "Claire Dubois <c@ac-poitiers.test>");
  assert.match(names("to")[1].textContent, /externe/);
  assert.doesNotMatch(names("to")[0].textContent, /externe/);
});

test("an address ends with Enter, a comma or by leaving; Enter sends nothing", () => {
  write();
  assert.ok(press(type("to", "a@b.test"), "Enter").defaultPrevented);
  assert.ok(press(type("to", "c@d.test"), ",").defaultPrevented);
  type("to", "e@f.test").blur();
  assert.equal(sent("to"), "a@b.test, c@d.test, e@f.test");
  assert.ok(press(find("#id_to"), "Enter").defaultPrevented);
});

test("a name is typed with its comma", () => {
  write();
  assert.equal(press(type("to", "Durand"), ",").defaultPrevented, false);
});

test("what is no chip yet is sent too, and told when one leaves", () => {
  write("a@b.test");
  type("to", "nom");
  assert.equal(sent("to"), "a@b.test, nom");
  find("#id_to").blur();
  assert.match(notes("to"), /« nom » n’est pas une adresse/);
  assert.equal(find("#id_to").getAttribute("aria-invalid"), "true");
});

test("a pasted list becomes chips; who is no address is named, who is there twice is not added", () => {
  write("a@b.test");
  paste("to", "DURAND, Lucie <l@d.test>; nom@\na@b.test");
  assert.deepEqual(chips("to"), ["a@b.test", "DURAND, Lucie", "nom@"]);
  assert.match(notes("to"), /« nom@ ».*figurait déjà/);
});

test("an address that another line has is marked, with the name of that line", () => {
  write("a@b.test", "A@B.test");
  assert.match(names("cc")[0].textContent, /en double/);
  assert.match(notes("cc"), /déjà dans le champ « À »/);
  assert.equal(notes("to"), "");
});

test("suggestions are chosen by the keyboard", async () => {
  write("z@b.test");
  answers({ "/pres/": { suggestions: [{ name: "Marie", email: "m@d.test" }, { name: "Z", email: "z@b.test" }, { name: "Marc", email: "ma@d.test" }] } });
  const input = type("to", "ma");
  await offered();
  assert.deepEqual(options("to").map((one) => one.dataset.email), ["m@d.test", "ma@d.test"]);
  assert.equal(input.getAttribute("aria-expanded"), "true");
  assert.equal(input.getAttribute("aria-activedescendant"), options("to")[0].id);
  press(input, "ArrowDown");
  assert.equal(options("to")[1].getAttribute("aria-selected"), "true");
  press(input, "Enter");
  assert.deepEqual(chips("to"), ["z@b.test", "Marc"]);
  assert.equal(input.value, "");
  assert.equal(input.getAttribute("aria-expanded"), "false");
});

test("a whole address is taken as it was typed", async () => {
  write();
  answers({ "/pres/": { suggestions: [{ name: "Marie", email: "m@d.test2" }] } });
  const input = type("to", "m@d.test");
  await offered();
  press(input, "Enter");
  assert.equal(sent("to"), "m@d.test");
});

test("colleagues come behind who is known, each once; without directory that is said", async () => {
  write();
  const marie = { name: "Marie", email: "m@d.test" };
  answers({ "/pres/": { suggestions: [marie] }, "/annuaire/": { suggestions: [{ name: "Marie M.", email: "M@D.test", about: "Vie scolaire" }, { name: "Mara", email: "x@d.test", about: "Direction" }] } });
  type("to", "mar");
  await until(() => options("to").length === 2);
  assert.deepEqual(options("to").map((one) => one.dataset.email), ["m@d.test", "x@d.test"]);
  assert.equal(options("to")[0].querySelector("bdi").textContent, "Marie");
  assert.match(options("to")[0].textContent, /Vie scolaire/);
  answers({ "/pres/": { suggestions: [marie] }, "/annuaire/": null });
  type("to", "mari");
  await until(() => !field("to").querySelector("[data-down]").hidden);
  assert.equal(options("to").length, 1);
  assert.equal(field("to").querySelector("[data-down]").hidden, false);
});

test("a question that is out of date is dropped", async () => {
  write();
  let answer;
  globalThis.fetch = (url, { signal }) => new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")));
    answer = () => resolve({ ok: true, status: 200, json: async () => ({ suggestions: [{ name: url, email: "old@d.test" }] }) });
  });
  type("to", "a");
  await until(() => answer);
  const old = answer;
  type("to", "");
  old();
  await later(60);
  assert.equal(options("to").length, 0);
});

test("who is not to be proposed is gone at once", async () => {
  write();
  answers({ "/pres/": { suggestions: [{ name: "Marie", email: "m@d.test" }] } });
  const input = type("to", "mar");
  await offered();
  press(input, "Delete", { shiftKey: true });
  await until(() => said("to").includes("plus"));
  assert.equal(options("to").length, 0);
  const [, { method, body }] = globalThis.requests.find(([url]) => url === "/oubli/");
  assert.deepEqual([method, body.get("email"), body.get("csrfmiddlewaretoken")], ["POST", "m@d.test", "token"]);
  assert.match(said("to"), /Marie ne sera plus proposé/);
});

test("chips are reached, removed and left by the keyboard", () => {
  write("a@b.test, c@d.test");
  find("#id_to").focus();
  press(find("#id_to"), "Backspace");
  assert.equal(document.activeElement, names("to")[1]);
  press(document.activeElement, "ArrowLeft");
  assert.equal(document.activeElement, names("to")[0]);
  press(document.activeElement, "Delete");
  assert.equal(sent("to"), "c@d.test");
  assert.equal(document.activeElement, names("to")[0]);
  press(document.activeElement, "ArrowRight");
  assert.equal(document.activeElement, find("#id_to"));
  field("to").querySelector(".recipient__remove").click();
  assert.equal(sent("to"), "");
});

test("Alt and an arrow moves a chip to the next line, which has the focus then", () => {
  write("Anne &lt;a@b.test&gt;");
  names("to")[0].focus();
  press(names("to")[0], "ArrowDown", { altKey: true });
  assert.deepEqual([sent("to"), sent("cc")], ["", "Anne <a@b.test>"]);
  assert.equal(document.activeElement, names("cc")[0]);
  assert.match(said("cc"), /Anne : déplacé vers Cc/);
});

test("the menu of a chip moves, changes and removes it", () => {
  write("Anne &lt;a@b.test&gt;");
  names("to")[0].click();
  const items = () => [...field("to").querySelectorAll("[role=menuitem]")];
  assert.deepEqual(items().map((one) => one.textContent), ["Modifier l’adresse", "Déplacer vers Cc", "Déplacer vers Cci", "Retirer"]);
  press(document.activeElement, "Escape");
  assert.equal(document.activeElement, names("to")[0]);
  names("to")[0].click();
  items()[2].click();
  assert.equal(sent("bcc"), "Anne <a@b.test>");
  names("bcc")[0].click();
  field("bcc").querySelector("[data-verb=edit]").click();
  assert.equal(find("#id_bcc").value, "Anne <a@b.test>");
  assert.equal(sent("bcc"), "Anne <a@b.test>");
});

test("a list is replaced by its members", async () => {
  write();
  answers({ "/pres/": { suggestions: [{ name: "Équipe", email: "e@ac-poitiers.test", kind: "list" }] }, "/membres/": { people: [{ name: "A", email: "a@b.test" }, { name: "C", email: "c@d.test" }], untold: 0 } });
  const input = type("to", "equ");
  await offered();
  press(input, "Enter");
  assert.match(names("to")[0].textContent, /liste/);
  names("to")[0].click();
  field("to").querySelector("[data-verb=expand]").click();
  await until(() => chips("to").length === 2);
  assert.deepEqual(chips("to"), ["A", "C"]);
});

test("twenty thousand recipients are counted, not shown", () => {
  write();
  const begin = performance.now();
  paste("to", Array.from({ length: 20_000 }, (_, n) => `p${n}@parents.test`).join("\n"));
  assert.ok(performance.now() - begin < 3000);
  assert.equal(field("to").people.length, 20_000);
  assert.ok(chips("to").length < 100);
  assert.match(notes("to"), /20.000 destinataires : un message en accepte 5 au plus/);
  field("to").querySelector("[data-clear]").click();
  assert.deepEqual([sent("to"), notes("to")], ["", ""]);
});

test("a name that deceives shows the address that counts", () => {
  write("&quot;chef@ac-poitiers.test&quot; &lt;x@evil.test&gt;");
  assert.match(names("to")[0].textContent, /x@evil\.test/);
  paste("to", `${"a".repeat(10_000)} <long@x.test>`);
  assert.ok(chips("to")[1].length <= 120);
});

test("what another part of the page writes into the form is shown", () => {
  write("a@b.test");
  const carrier = find("form").elements.to;
  carrier.value = "c@d.test";
  carrier.dispatchEvent(new Event("change"));
  assert.deepEqual(chips("to"), ["c@d.test"]);
});
