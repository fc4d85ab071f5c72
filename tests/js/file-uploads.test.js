import assert from "node:assert/strict";
import test from "node:test";
import { find, show } from "./page.js";

await import("#elements/file-uploads.js");

const STATES = ["waiting", "sending", "cut", "ended", "refused", "unreadable"];
const FORM = `<form action="/ecrire/"><input type="file" name="files"><textarea name="text"></textarea>
  <file-uploads data-endpoint="/depot/" data-visit="/session/" data-done="joint" data-wait="attendez" data-unjoined="pas joint" data-removed="retiré"><ul></ul>
  <template><li><span class="attachment__name"></span>${STATES.map((state) => `<span data-state="${state}">${state}</span>`).join("")}<progress max="1"></progress>
  <button type="button" data-retry hidden></button><button type="button" data-cancel></button></li></template>
  <p data-news></p><p data-target hidden></p></file-uploads><button name="go">Envoyer</button></form>`;
const KEPT = '<li><input type="hidden" name="file" value="7"><button name="remove"></button></li>';

// what the tus library was asked, one after the other; `run` plays the server
let uploads = [];
let visit = "token";
let fetched = [];

globalThis.fetch = async (address, options = {}) => {
  fetched.push([options.method ?? "GET", address]);
  if (address === "/session/") {
    if (visit === "") throw new TypeError("Failed to fetch");
    return { ok: visit !== null, status: visit === null ? 0 : 200, json: async () => ({ token: visit }) };
  }
  return { ok: true, status: 200, text: async () => KEPT };
};
globalThis.tus = {
  Upload: class {
    constructor(file, options) { Object.assign(this, { file, options, url: options.uploadUrl }); uploads.push(this); }
    start() { this.started = true; }
    async abort(terminate) { this.ended = terminate; }
    at(url) { this.url = url; this.options.onUploadUrlAvailable(); }
    fail(status, body, reference) {
      const headers = { "X-Reference": reference };
      const answer = { getStatus: () => status, getBody: () => body, getHeader: (name) => headers[name] };
      this.options.onError({ originalResponse: status ? answer : null });
    }
  },
};

const file = (name, size = 2097152) => ({ name, size, type: "text/plain", slice: () => ({ arrayBuffer: async () => {} }) });
const soon = (wait = 15) => new Promise((resolve) => { setTimeout(resolve, wait); });
const shown = () => [...document.querySelectorAll("li [data-state]")].filter((each) => !each.hidden).map((each) => each.textContent);

async function opened(...files) {
  uploads = [];
  fetched = [];
  visit = "token";
  show(FORM);
  find("file-uploads").add(files);
  await soon();
  return uploads[0];
}

function submissions() {
  const seen = [];
  find("form").addEventListener("submit", (event) => { seen.push(event.submitter); event.preventDefault(); });
  return seen;
}

test("a chosen file leaves at once and then has the line of the page", async () => {
  const upload = await opened(file("a.txt"));
  assert.equal(upload.options.headers["X-CSRFToken"], "token");
  assert.equal(upload.options.metadata.filename, "a.txt");
  upload.options.onProgress(1048576);
  assert.match(shown()[0], /1.* \/ 2/);
  assert.equal(find("progress").value, 0.5);
  upload.at("/depot/7/");
  upload.options.onSuccess();
  await soon();
  assert.equal(find('ul [name="file"]').value, "7");
  assert.equal(find("[data-news]").textContent, "a.txt : joint");
});

test("several files go one after the other", async () => {
  await opened(file("a"), file("b"));
  assert.equal(uploads.length, 1);
  assert.deepEqual(shown(), [shown()[0], "waiting"]);
  uploads[0].options.onSuccess();
  await soon();
  assert.equal(uploads[1].file.name, "b");
});

test("after a cut the same file goes on by itself where it stopped", async () => {
  const upload = await opened(file("a"));
  upload.at("/depot/7/");
  upload.fail(0);
  assert.deepEqual(shown(), ["cut"]);
  window.dispatchEvent(new Event("online"));
  await soon();
  const { uploadUrl, endpoint } = uploads[1].options;
  assert.deepEqual([uploadUrl, endpoint], ["/depot/7/", null]);
});

test("a visit that ended is told; back from the sign-in the file goes on", async () => {
  const upload = await opened(file("a"));
  upload.at("/depot/7/");
  upload.fail(401, "Votre session a expiré.", "7F3A-21");
  assert.deepEqual(shown(), ["ended"]);
  visit = null;
  window.dispatchEvent(new Event("focus"));
  await soon();
  assert.deepEqual([shown(), uploads.length], [["ended"], 1]);
  visit = "other";
  window.dispatchEvent(new Event("focus"));
  await soon();
  assert.equal(uploads[1].options.uploadUrl, "/depot/7/");
  assert.equal(uploads[1].options.headers["X-CSRFToken"], "other");
});

test("a beginning that is no longer kept is begun anew", async () => {
  const upload = await opened(file("a"));
  upload.at("/depot/7/");
  upload.fail(404, "", "7F3A-21");
  window.dispatchEvent(new Event("online"));
  await soon();
  assert.deepEqual([uploads[1].options.uploadUrl, uploads[1].options.endpoint], [null, "/depot/"]);
});

test("a refusal says why, in the server's words, and holds the message back", async () => {
  const sent = submissions;
  const upload = await opened(file("a"));
  const seen = sent();
  find("form").requestSubmit();
  upload.fail(413, "18 Mo au plus.", "7F3A-21");
  assert.deepEqual(shown(), ["18 Mo au plus."]);
  assert.deepEqual([seen.length, find("[data-news]").textContent], [0, "pas joint"]);
  assert.equal(document.activeElement, find("[data-retry]"));
});

test("what is no sentence of ours is tried again", async () => {
  const upload = await opened(file("a"));
  upload.fail(502, "<html>");
  assert.deepEqual(shown(), ["cut"]);
  find("[data-cancel]").click();
});

test("the message waits for its files, then goes by the button that was pressed", async () => {
  const upload = await opened(file("a"));
  const seen = submissions();
  find("form").requestSubmit(find("[name=go]"));
  assert.deepEqual([seen.length, find("[data-news]").textContent], [0, "attendez"]);
  upload.options.onSuccess();
  await soon();
  assert.deepEqual(seen, [find("[name=go]")]);
});

test("a file given up goes from the server, and the next one leaves", async () => {
  const upload = await opened(file("a"), file("b"));
  find("[data-cancel]").focus();
  find("[data-cancel]").click();
  await soon();
  assert.equal(upload.ended, true);
  assert.equal(uploads[1].file.name, "b");
  assert.equal(document.activeElement, find("li [data-cancel]"));
});

test("a file that is joined is removed without leaving the page", async () => {
  await opened();
  find("ul").innerHTML = KEPT;
  const seen = submissions();
  find("[name=remove]").click();
  await soon();
  assert.deepEqual(fetched.at(-1), ["DELETE", "/depot/7/"]);
  assert.deepEqual([find("ul li"), seen.length], [null, 0]);
});

test("a folder is not sent for ever", async () => {
  const folder = { ...file("dossier"), slice: () => ({ arrayBuffer: async () => { throw new Error("NotFound"); } }) };
  await opened(folder);
  assert.deepEqual([shown(), uploads.length], [["unreadable"], 0]);
});

function brought(name, target, data) {
  const event = new Event(name, { bubbles: true, cancelable: true });
  Object.assign(event, { dataTransfer: data, clipboardData: data });
  target.dispatchEvent(event);
  return event;
}

test("files are dropped on the form, and the place for it is shown", async () => {
  await opened();
  brought("dragover", find("textarea"), { types: ["Files"] });
  assert.equal(find("[data-target]").hidden, false);
  const event = brought("drop", find("textarea"), { types: ["Files"], files: [file("a")] });
  await soon();
  assert.deepEqual([event.defaultPrevented, find("[data-target]").hidden, uploads.length], [true, true, 1]);
  assert.equal(brought("dragover", find("textarea"), { types: ["text/plain"] }).defaultPrevented, false);
});

test("pasted files are joined; a text that has a picture is a text", async () => {
  await opened();
  brought("paste", find("textarea"), { types: ["text/plain", "Files"], files: [file("a")] });
  await soon();
  assert.equal(uploads.length, 0);
  brought("paste", find("textarea"), { types: ["Files"], files: [file("a")] });
  await soon();
  assert.equal(uploads.length, 1);
});
