import assert from "node:assert/strict";
import test, { afterEach, beforeEach } from "node:test";
import { find, show } from "./page.js";

await import("#elements/draft-state.js");
const { keptOf } = await import("#lib/device-drafts.js");
const { returnDrafts } = await import("#lib/draft-return.js");

const WORDS = { stored: "Enregistré", waiting: "Pas encore enregistré", saving: "Enregistrement…", offline: "Hors connexion", unreachable: "Injoignable", ended: "Session expirée", refused: "Non enregistré :", nowhere: "Gardez cette page." };
const attributes = Object.entries(WORDS).map(([name, words]) => `data-${name}="${words}"`).join(" ");
const FORM = `<form><input name="csrfmiddlewaretoken" value="old"><input name="token" value="t1"><input name="draft_id"><input name="draft_save"><input name="draft_attempts"><input name="to"><input name="cc"><input name="bcc"><input name="subject"><textarea name="text"></textarea><textarea name="html"></textarea>
  <div id="compose-shelf"></div><p data-apart hidden><span></span><a href=""></a></p><p data-ended hidden></p>
  <draft-state data-page data-url="/brouillon/" data-visit="/session/" data-owner="moi" ${attributes}></draft-state></form>`;
const SAVED = { draft: "7.1", path: "/brouillon/1/", drafts: "/Drafts/", said: "Enregistré à 14:05", apart: "", returned: "Retrouvé", reopen: "Le reprendre" };

const shown = () => find("draft-state").textContent;
const field = (name) => find(`[name=${name}]`);
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
const reply = (status, body, headers = {}) => ({ status, ok: status < 400, headers: new Headers(headers), text: async () => body, json: async () => body });
const saved = (more) => reply(200, { ...SAVED, ...more }, { "Content-Type": "application/json" });

let sent;
function server(...answers) {
  sent = [];
  globalThis.fetch = async (url, options) => {
    if (url === "/session/") return reply(200, { token: "new", owner: "moi" });
    sent.push(options.body);
    const answer = answers[Math.min(sent.length, answers.length) - 1];
    if (answer === null) throw new TypeError("Failed to fetch");
    return typeof answer === "function" ? answer() : answer;
  };
}

async function open(html = FORM) {
  show(html);
  await pause(2);
  return find("draft-state");
}

async function type(text, name = "text") {
  field(name).value = text;
  field(name).dispatchEvent(new Event("input", { bubbles: true }));
  find("draft-state").noticed();
}

beforeEach(() => { localStorage.clear(); sessionStorage.clear(); history.replaceState(null, "", "/ecrire/"); });
afterEach(() => { show(""); localStorage.clear(); });

test("opening a form stores nothing", async () => {
  server(saved());
  const state = await open();
  await state.save();
  assert.equal(sent.length, 0);
  assert.equal(shown(), "");
});

test("what is typed is stored after a pause, and the page says so", async () => {
  server(saved());
  const state = await open();
  await type("Bonjour");
  assert.equal(shown(), WORDS.waiting);
  assert.equal(keptOf("moi").length, 1);
  const saving = state.save();
  assert.equal(shown(), WORDS.saving);
  await saving;
  assert.equal(shown(), SAVED.said);
  assert.deepEqual([sent[0].get("text"), sent[0].get("owner"), sent[0].get("save")], ["Bonjour", "moi", "1"]);
  assert.equal(field("draft_id").value, "7.1");
  assert.equal(location.pathname, SAVED.path);
  assert.equal(keptOf("moi").length, 0);
});

test("it stores by itself within three seconds", async () => {
  server(saved());
  await open();
  await type("Bonjour");
  await pause(2200);
  assert.equal(sent.length, 1);
});

test("an attempt without an answer is made again under its name", async () => {
  server(null, saved());
  const state = await open();
  await type("Bonjour");
  await state.save();
  assert.equal(shown(), WORDS.unreachable);
  await state.save();
  const [name] = [sent[0].get("draft_save")];
  assert.match(name, /^[0-9a-f]{32}$/);
  assert.deepEqual([sent[0].get("draft_attempts"), sent[1].get("draft_save"), sent[1].get("draft_attempts")], ["", name, name]);
  assert.equal(field("draft_attempts").value, "");
});

test("another text names the attempts before it", async () => {
  server(null, saved());
  const state = await open();
  await type("Bonjour");
  await state.save();
  await type("Bonsoir");
  await state.save();
  assert.notEqual(sent[1].get("draft_save"), sent[0].get("draft_save"));
  assert.equal(sent[1].get("draft_attempts"), sent[0].get("draft_save"));
});

test("what is typed meanwhile is stored next", async () => {
  server(() => { field("text").value = "Bonjour à tous"; return saved(); }, saved({ draft: "7.2" }));
  const state = await open();
  await type("Bonjour");
  await state.save();
  assert.equal(keptOf("moi").length, 1);
  await state.save();
  assert.deepEqual([sent[1].get("text"), sent[1].get("draft_id")], ["Bonjour à tous", "7.1"]);
});

for (const [what, answer, words] of [
  ["no answer", null, WORDS.unreachable],
  ["a proxy's page", reply(502, "<h1>Bad gateway</h1>"), WORDS.unreachable],
  ["an error of ours", reply(507, "<p><svg></svg> La boîte est pleine.</p>", { "X-Reference": "7F3A-21" }), `${WORDS.refused} La boîte est pleine.`],
  ["an ended visit", reply(204, "", { "HX-Redirect": "/connexion/" }), WORDS.ended],
]) {
  test(`${what} is told, and the text is kept`, async () => {
    server(answer, saved());
    const state = await open();
    await type("Bonjour");
    await state.save();
    assert.equal(shown(), words);
    assert.equal(find("[data-ended]").hidden, what !== "an ended visit");
    assert.equal(new Map(keptOf("moi")[0].fields).get("text"), "Bonjour");
    assert.deepEqual(keptOf("autre"), []);
    window.dispatchEvent(new Event("online"));
    await pause(2);
    assert.equal(shown(), SAVED.said);
    assert.equal(find("[data-ended]").hidden, true);
    assert.equal(keptOf("moi").length, 0);
  });
}

test("who has signed in again goes on with the new token", async () => {
  server(reply(403, "<p>Expiré</p>", { "X-Reference": "1" }), saved());
  const state = await open();
  await type("Bonjour");
  await state.save();
  assert.equal(field("csrfmiddlewaretoken").value, "new");
  assert.equal(shown(), SAVED.said);
});

test("another version is told, with the way to it", async () => {
  server(saved({ apart: "Modifié ailleurs." }));
  const state = await open();
  await type("Bonjour");
  await state.save();
  assert.equal(find("[data-apart]").hidden, false);
  assert.equal(find("[data-apart] span").textContent, "Modifié ailleurs.");
  assert.equal(find("[data-apart] a").getAttribute("href"), "/Drafts/");
});

test("what this device kept of the same version comes back", async () => {
  server(null);
  const resumed = FORM.replace('name="draft_id"', 'name="draft_id" value="7.1"');
  await open(resumed);
  await type("Tapé avant la panne");
  show("");
  await open(resumed.replace("t1", "t2"));
  assert.equal(field("text").value, "Tapé avant la panne");
  assert.equal(find("draft-state").isSafe, true);
  await open(FORM.replace('name="draft_id"', 'name="draft_id" value="7.9"').replace("t1", "t3"));
  assert.equal(field("text").value, "");
});

test("a shared computer keeps it no longer than the tab", async () => {
  server(null);
  const state = await open(FORM.replace("data-page", "data-shared"));
  await type("Bonjour");
  assert.equal(localStorage.length, 0);
  assert.equal(keptOf("moi").length, 1);
  assert.equal(state.isSafe, false);
});

test("before it leaves the last of it is stored, and nothing after", async () => {
  server(saved());
  const state = await open();
  await type("Bonjour");
  await state.settle();
  assert.equal(sent[0].get("text"), "Bonjour");
  await type("Trop tard");
  await pause(2);
  assert.equal(sent.length, 1);
});

test("an ended visit does not take a text away", async () => {
  server(reply(204, "", { "HX-Redirect": "/connexion/" }));
  await open();
  await type("Bonjour");
  const ended = new CustomEvent("visit:ended", { bubbles: true, cancelable: true });
  document.dispatchEvent(ended);
  assert.equal(ended.defaultPrevented, true);
  assert.equal(find("[data-ended]").hidden, false);
});

test("the next page gives back what the device has kept, of this person only", async () => {
  server(null);
  await open();
  await type("Bonjour");
  show('<div id="notices"></div>');
  await pause(2);
  const others = { ...JSON.parse(localStorage.getItem("draft t1")), owner: "autre" };
  localStorage.setItem("draft t2", JSON.stringify({ ...others, at: 0 + Date.now() }));
  const mine = JSON.parse(localStorage.getItem("draft t1"));
  localStorage.setItem("draft t1", JSON.stringify({ ...mine, page: "/ailleurs/", at: Date.now() - 3_600_000 }));
  server(saved());
  await returnDrafts();
  assert.equal(sent.length, 1);
  assert.equal(sent[0].get("text"), "Bonjour");
  assert.ok(sent[0].get("draft_attempts").includes(sent[0].get("draft_save")));
  assert.equal(find("#notices a").getAttribute("href"), SAVED.path);
  assert.ok(localStorage.getItem("draft t2"));
});
