import assert from "node:assert/strict";
import test from "node:test";
import { find, show } from "./page.js";

const { batches } = await import("#elements/mail-import.js");

const PAGE = `<nav><a data-folder="INBOX" aria-current="page" href="/courrier/a/INBOX/">R</a><a data-folder="Vieux" href="/courrier/a/Vieux/?x">V</a></nav>
  <section id="list"><message-list></message-list><p></p></section>
  <mail-import data-visit="/session/" data-progress="%1 sur %2" data-none="aucun" data-cut="coupé" data-ended="expiré"><div data-panel hidden><span data-words></span><progress></progress><ul data-refused></ul><button></button></div></mail-import>`;

let posts = [];
let reply = () => ({ ok: true, json: async () => ({ before: "t", refused: [] }) });
globalThis.fetch = async (address, { body } = {}) => {
  if (address === "/session/") return { ok: true, status: 200, json: async () => ({ token: "token" }) };
  posts.push([address, body.getAll("files").length, body.get("before")]);
  return reply();
};

const { File } = window;
const file = (name, size = 5) => new File(["x".repeat(size)], name);
const soon = () => new Promise((resolve) => { setTimeout(resolve, 20); });

async function dropped(target, ...files) {
  posts = [];
  const event = new Event("drop", { bubbles: true, cancelable: true });
  event.dataTransfer = { types: ["Files"], files };
  target.dispatchEvent(event);
  await soon();
  return event;
}

test("a request holds a few files, and a large one alone", () => {
  const small = Array.from({ length: 25 }, () => ({ size: 1 }));
  assert.deepEqual(batches(small).map((each) => each.length), [20, 5]);
  assert.deepEqual(batches([{ size: 1 }, { size: 9e6 }, { size: 1 }]).map((each) => each.length), [1, 1, 1]);
});

test("letters dropped on a folder go there, and the list tells it", async () => {
  show(PAGE);
  await dropped(find('[data-folder="Vieux"]'), file("a.eml"), file("b.txt"), file("c.EML"));
  assert.deepEqual(posts, [["/courrier/a/Vieux/imports/", 2, ""]]);
  const [[verb, address, options]] = globalThis.asked;
  assert.deepEqual([verb, address, options.values], ["POST", "/courrier/a/Vieux/imports/", { before: "t", here: "INBOX" }]);
});

test("on the list they go to the folder that is open, one request after the other", async () => {
  show(PAGE);
  const many = Array.from({ length: 21 }, (_, n) => file(`${n}.eml`));
  await dropped(find("#list p"), ...many);
  assert.deepEqual(posts, [["/courrier/a/INBOX/imports/", 20, ""], ["/courrier/a/INBOX/imports/", 1, "t"]]);
  assert.equal(find("[data-panel]").hidden, true);
});

test("what is no letter is not sent", async () => {
  show(PAGE);
  await dropped(find("#list p"), file("b.txt"));
  assert.deepEqual([posts.length, find("[data-words]").textContent], [0, "aucun"]);
});

test("a refusal is shown by name, and what came before it is told", async () => {
  show(PAGE);
  reply = () => ({ ok: true, json: async () => ({ before: "", refused: ["a.eml : vide"] }) });
  await dropped(find("#list p"), file("a.eml"));
  assert.equal(find("[data-refused] li").textContent, "a.eml : vide");
  assert.deepEqual([find("[data-panel]").hidden, globalThis.asked.length], [false, 0]);
});

test("a cut stops and says so", async () => {
  show(PAGE);
  reply = () => { throw new TypeError("Failed to fetch"); };
  await dropped(find("#list p"), file("a.eml"));
  assert.equal(find("[data-words]").textContent, "coupé");
});

test("elsewhere on the page nothing is taken", async () => {
  show(PAGE);
  const event = await dropped(document.body, file("a.eml"));
  assert.deepEqual([event.defaultPrevented, posts.length], [false, 0]);
});
