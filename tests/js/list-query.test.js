import assert from "node:assert/strict";
import test from "node:test";
import { find, show } from "./page.js";

await import("#lib/list-query.js");

const PAGE = `<message-list><form action="/m/a@b/INBOX/marques/?q=x&page=7" hx-target="#list"></form></message-list>
  <section id="reader"><form hx-target="#list"></form></section>`;

// the address that htmx would ask
function asked(form, action) {
  const request = { action };
  form.dispatchEvent(new CustomEvent("htmx:config:request", { bubbles: true, detail: { ctx: { request } } }));
  return request.action;
}

test("what is done on the message that is open keeps the search and the page", () => {
  show(PAGE);
  const form = find("#reader form");
  assert.equal(asked(form, "/m/a@b/INBOX/archives/"), "/m/a@b/INBOX/archives/?q=x&page=7");
  assert.equal(asked(form, "/m/a@b/INBOX/12/relance/"), "/m/a@b/INBOX/12/relance/?q=x&page=7");
});

test("what says itself which page it means, or is of another folder, is left alone", () => {
  show(PAGE);
  const form = find("#reader form");
  assert.equal(asked(form, "/m/a@b/INBOX/archives/?page=2"), "/m/a@b/INBOX/archives/?page=2");
  assert.equal(asked(form, "/m/a@b/Sent/archives/"), "/m/a@b/Sent/archives/");
  assert.equal(asked(find("message-list form"), "/m/a@b/INBOX/archives/"), "/m/a@b/INBOX/archives/");
});

test("without a list nothing is added", () => {
  show('<section id="reader"><form hx-target="#list"></form></section>');
  assert.equal(asked(find("form"), "/m/a@b/INBOX/archives/"), "/m/a@b/INBOX/archives/");
});

function followed(link) {
  link.addEventListener("click", (event) => setTimeout(() => event.preventDefault()));
  link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  return new URL(link.href).searchParams.get("retour");
}

const ANSWERING = PAGE + '<a id="answer" href="/ecrire/a@b/INBOX/12/reponse/">R</a><a id="other" href="/courrier/a@b/Sent/">E</a>';

test("who goes to write comes back to the page and the search", () => {
  show(ANSWERING);
  assert.equal(followed(find("#answer")), "/m/a@b/INBOX/?q=x&page=7");
  assert.equal(followed(find("#other")), null);
});

test("a link that stays on the page leads back to what is shown when it is followed", () => {
  show(ANSWERING);
  followed(find("#answer"));
  find("message-list form").setAttribute("action", "/m/a@b/INBOX/marques/?page=2");
  assert.equal(followed(find("#answer")), "/m/a@b/INBOX/?page=2");
});

test("a link that says where one came from keeps it; the dock stays beside the list", () => {
  show(ANSWERING);
  find("#answer").href += "?retour=%2Ftoutes-les-boites%2F";
  assert.equal(followed(find("#answer")), "/toutes-les-boites/");
  show(ANSWERING);
  const link = find("#answer");
  link.addEventListener("click", (event) => event.preventDefault());
  assert.equal(followed(link), null);
});
