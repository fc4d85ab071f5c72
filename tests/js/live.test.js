// A list that stays true: events, and what the page asks because of them.
import assert from "node:assert/strict";
import test from "node:test";
import { pass } from "./clock.js";
import { document, find, show } from "./page.js";

await import("#elements/folder-watch.js");
await import("#elements/live-events.js");

const settled = () => new Promise(setImmediate);
const row = (uid) => `<li class="row"><input type="checkbox" name="uid" value="${uid}"><a class="row__link" href="/${uid}/">${uid}</a></li>`;
const LIST = `<div id="list"><div id="listing"><ul>${row(7)}${row(5)}</ul>
  <folder-watch data-url="/nouveautes/?page=2" data-folder="Notes" data-state="7.1" data-uidvalidity="3"></folder-watch></div></div>`;
const READER = '<article class="reader" id="message-5" data-uidvalidity="3"><div id="standing"></div></article>';
const LIVE = `<live-events data-stream="/evenements/" data-ticket="/billet/" data-box="a@b" data-token="jeton">
  <p data-when="polling" hidden></p><p data-when="offline" hidden></p></live-events>`;

const asked = () => Object.fromEntries(new URL(globalThis.asked.at(-1)[1]).searchParams);
const hidden = (what) => find(`[data-when="${what}"]`).hidden;
const changed = () => document.dispatchEvent(new Event("live:changed"));

class Stream {
  static all = [];

  constructor(url) {
    this.url = url;
    this.heard = {};
    Stream.all.push(this);
  }

  addEventListener(name, act) { this.heard[name] = act; }

  close() { this.closed = true; }

  say(name, data = {}) { this.heard[name]({ data: JSON.stringify(data) }); }
}
globalThis.EventSource = Stream;

function tickets(status = 200) {
  const calls = [];
  Stream.all.length = 0;
  globalThis.fetch = async (url, options) => {
    calls.push([url, String(options.body), options.headers["X-CSRFToken"]]);
    if (!status) throw new TypeError("no network");
    return { ok: status === 200, status, json: async () => ({ ticket: "t" }) };
  };
  return calls;
}

async function live(html = LIST) {
  const calls = tickets();
  show(html + LIVE);
  await settled();
  return [Stream.all.at(-1), calls];
}

test("a folder is asked about every half minute, with what the page shows", () => {
  show(LIST);
  pass(30_000);
  const [[verb, url, options]] = globalThis.asked;
  assert.deepEqual([verb, new URL(url).pathname, options.target], ["GET", "/nouveautes/", "#list"]);
  assert.deepEqual(asked(), { page: "2", etat: "7.1", vu: "7" });
});

test("the message that is open is asked about too, until it is gone", async () => {
  show(LIST + READER);
  changed();
  assert.deepEqual([asked().ouvert, asked().v], ["5", "3"]);
  await settled();
  find("#standing").textContent = "Ce message n’est plus là.";
  changed();
  assert.equal(asked().ouvert, undefined);
});

test("events that come together are asked about once more", async () => {
  show(LIST);
  for (let count = 0; count < 5; count += 1) changed();
  assert.equal(globalThis.asked.length, 1);
  await settled();
  pass(300);
  assert.equal(globalThis.asked.length, 2);
});

test("a list in which something is selected is kept true", () => {
  show(LIST);
  find("input").checked = true;
  changed();
  assert.equal(globalThis.asked.length, 1);
});

test("an open menu is not closed under the hand", () => {
  show(LIST);
  find("#listing").insertAdjacentHTML("beforeend", "<details open></details>");
  changed();
  assert.equal(globalThis.asked.length, 0);
  find("details").open = false;
  pass(1000);
  assert.equal(globalThis.asked.length, 1);
});

test("where the row in focus has left, its neighbour has the focus", async () => {
  show(LIST);
  find(".row__link").focus();
  changed();
  find(".row").remove();
  await settled();
  assert.equal(document.activeElement.textContent, "5");
});

test("in a folder made anew nothing is selected", async () => {
  show(LIST);
  find("input").checked = true;
  changed();
  find("folder-watch").dataset.uidvalidity = "4";
  await settled();
  assert.equal(find("input").checked, false);
});

test("a folder that is no longer there is not asked about again", async () => {
  show(LIST);
  const detail = { ctx: { response: { status: 404 } } };
  find("folder-watch").dispatchEvent(new CustomEvent("htmx:after:request", { detail }));
  pass(60_000);
  changed();
  assert.deepEqual(globalThis.asked, []);
  document.dispatchEvent(new CustomEvent("live:changed", { detail: { folder: "Notes" } }));
  assert.equal(globalThis.asked.length, 1);
});

test("what could not be asked is asked again soon", async () => {
  show(LIST);
  changed();
  await settled();
  find("folder-watch").dispatchEvent(new Event("htmx:error"));
  pass(5000);
  assert.equal(globalThis.asked.length, 2);
});

test("a page listens with a ticket for its mailbox, on its folder", async () => {
  const [stream, calls] = await live();
  assert.deepEqual(calls, [["/billet/", "boite=a%40b", "jeton"]]);
  assert.equal(stream.url, "/evenements/?billet=t&dossier=Notes");
});

test("what is told is asked for, and nothing else often", async () => {
  const [stream] = await live();
  stream.say("watching", { box: "a", on: 1 });
  assert.equal(globalThis.asked.length, 1);
  await settled();
  stream.say("folder", { box: "a", folder: "Notes", what: "new" });
  assert.equal(globalThis.asked.length, 2);
  await settled();
  pass(270_000);
  assert.equal(globalThis.asked.length, 2);
});

test("a mailbox that is not watched is polled, and that is said", async () => {
  const [stream] = await live();
  stream.say("watching", { box: "a", on: 0 });
  pass(60_000);
  assert.equal(globalThis.asked.length, 1);
  assert.equal(hidden("polling"), false);
  stream.say("watching", { box: "a", on: 1 });
  assert.equal(hidden("polling"), true);
});

test("what was not said while the page was hidden is said later", async (context) => {
  const [stream] = await live();
  context.mock.getter(document, "hidden", () => true);
  stream.say("watching", { box: "a", on: 0 });
  pass(60_000);
  assert.equal(hidden("polling"), true);
  context.mock.restoreAll();
  stream.say("watching", { box: "a", on: 0 });
  pass(60_000);
  assert.equal(hidden("polling"), false);
});

test("a stream that ends is opened again with a new ticket", async () => {
  const [stream, calls] = await live();
  stream.say("error");
  assert.equal(stream.closed, true);
  pass(2000);
  await settled();
  assert.equal(calls.length, 2);
  assert.equal(Stream.all.length, 2);
});

test("without a network it says so, and takes it back", async () => {
  tickets(0);
  show(LIST + LIVE);
  await settled();
  assert.equal(hidden("offline"), false);
  tickets();
  pass(2000);
  await settled();
  assert.equal(hidden("offline"), true);
});

test("a page that showed no list listens once it does", async () => {
  const [stream, calls] = await live("<div></div>");
  assert.deepEqual([stream, calls], [undefined, []]);
  find("div").outerHTML = LIST;
  await settled();
  assert.equal(Stream.all.length, 1);
  find("#list").outerHTML = LIST;
  await settled();
  assert.equal(Stream.all.length, 1);
});

test("a visit that is over asks no more", async () => {
  const calls = tickets(403);
  show(LIST + LIVE);
  await settled();
  pass(20_000);
  await settled();
  assert.equal(calls.length, 1);
});

test("a page that stays hidden leaves, and comes back", async () => {
  const [stream] = await live();
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
  pass(61_000);
  assert.equal(stream.closed, true);
  Object.defineProperty(document, "hidden", { value: false, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
  await settled();
  assert.equal(Stream.all.length, 2);
});
