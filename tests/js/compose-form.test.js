import assert from "node:assert/strict";
import test from "node:test";
import { find, press, show } from "./page.js";

await import("#elements/compose-form.js");

const FORM = `<compose-form data-visit="/session/"><form action="/ecrire/"><input name="csrfmiddlewaretoken" value="old"><input name="to"><p data-ended hidden></p><p data-unreachable hidden></p><textarea name="text"></textarea>
  <div id="compose-shelf"></div><input type="file" name="files"><button data-without-script>Ajouter</button><button>Envoyer</button></form></compose-form>`;

// what /session/ answers: a token, null when the visit is over
function visit(token) {
  globalThis.fetch = async () => ({ ok: token !== null, json: async () => ({ token }) });
}

function submissions() {
  const seen = [];
  find("form").addEventListener("submit", (event) => { seen.push(event); event.preventDefault(); });
  return seen;
}

const asked = () => new Promise((resolve) => { setTimeout(resolve, 5); });

function leaves() {
  const event = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(event);
  return !event.defaultPrevented;
}

const typed = () => find("textarea").dispatchEvent(new Event("input", { bubbles: true }));

test("the button for those without script is hidden", () => {
  show(FORM);
  assert.equal(find("[data-without-script]").hidden, true);
});

test("leaving asks first once something is written", () => {
  show(FORM);
  assert.equal(leaves(), true);
  typed();
  assert.equal(leaves(), false);
});

test("sending what was written asks nothing", async () => {
  show(FORM);
  visit("new");
  typed();
  const sent = submissions();
  find("form").requestSubmit();
  await asked();
  assert.equal(sent.length, 1);
  assert.equal(leaves(), true);
});

test("a double click sends once", async () => {
  show(FORM);
  visit("new");
  const sent = submissions();
  find("form").requestSubmit();
  find("form").requestSubmit();
  await asked();
  find("form").requestSubmit();
  await asked();
  assert.equal(sent.length, 1);
});

test("the token of this moment is sent", async () => {
  show(FORM);
  visit("new");
  submissions();
  find("form").requestSubmit();
  await asked();
  assert.equal(find("[name=csrfmiddlewaretoken]").value, "new");
});

test("a visit that is over keeps the text and says so", async () => {
  show(FORM);
  visit(null);
  typed();
  const sent = submissions();
  find("form").requestSubmit();
  await asked();
  assert.equal(sent.length, 0);
  assert.equal(find("[data-ended]").hidden, false);
  assert.equal(leaves(), false);
});

for (const [what, fetched] of [
  ["a dead network", async () => { throw new TypeError("Failed to fetch"); }],
  ["a site that is down", async () => ({ ok: false, status: 502 })],
]) {
  test(`${what} keeps the text and says so`, async () => {
    show(FORM);
    globalThis.fetch = fetched;
    typed();
    const sent = submissions();
    find("form").requestSubmit();
    await asked();
    assert.equal(sent.length, 0);
    assert.equal(find("[data-unreachable]").hidden, false);
    assert.equal(find("[data-ended]").hidden, true);
    assert.equal(leaves(), false);
    visit("new");
    find("form").requestSubmit();
    await asked();
    assert.equal(sent.length, 1);
    assert.equal(find("[data-unreachable]").hidden, true);
  });
}

test("a text that came back unsent is not left without asking", () => {
  show(FORM.replace("<compose-form", "<compose-form data-unsent"));
  assert.equal(leaves(), false);
});

test("Ctrl+Enter sends, Enter alone does not", async () => {
  show(FORM);
  visit("new");
  const sent = submissions();
  press(find("textarea"), "Enter");
  await asked();
  assert.equal(sent.length, 0);
  press(find("textarea"), "Enter", { ctrlKey: true });
  await asked();
  assert.equal(sent.length, 1);
});

test("an error page of a proxy does not take the place of the files", () => {
  show(FORM);
  const answer = (status, headers) => {
    const detail = { ctx: { response: { status, headers: new Map(Object.entries(headers)) } } };
    const event = new CustomEvent("htmx:before:response", { bubbles: true, cancelable: true, detail });
    find("form").dispatchEvent(event);
    return event.defaultPrevented;
  };
  assert.equal(answer(200, {}), false);
  assert.equal(answer(413, { "X-Reference": "7F3A-21" }), false);
  assert.equal(answer(413, {}), true);
  assert.equal(find("[data-unreachable]").hidden, false);
});

test("what is given up says that it is stored as it is", async () => {
  show(FORM.replace("<button>Envoyer", "<draft-state></draft-state><button name=\"discard\" value=\"1\">Abandonner</button><button>Envoyer"));
  visit("new");
  const sent = submissions();
  const button = find("[name=discard]");
  const draft = find("draft-state");
  draft.settle = async () => { draft.isStored = true; };
  draft.isStored = false;
  find("form").requestSubmit(button);
  await asked();
  assert.equal(sent[0].submitter, button);
  assert.equal(button.value, "stored");
});
