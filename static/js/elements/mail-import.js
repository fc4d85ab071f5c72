// <mail-import>: messages kept as files are dropped on a folder of the tree, or on the
// list of the one that is open. They leave a few at a time, with their progress; the list
// then says how many came, and takes them back.
import htmx from "htmx";
import { takeDropped } from "#lib/taking.js";
import { tokenOf } from "#lib/visit.js";

const AT_ONCE = 20;
const OCTETS = 8 * 1024 * 1024;
const LETTER = /\.eml$/i;

// pieces that one request holds
export function batches(files) {
  const made = [];
  let octets = Infinity;
  for (const file of files) {
    if (octets + file.size > OCTETS || made.at(-1).length === AT_ONCE) {
      made.push([]);
      octets = 0;
    }
    made.at(-1).push(file);
    octets += file.size;
  }
  return made;
}

class MailImport extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.panel = this.querySelector("[data-panel]");
    this.querySelector("button").addEventListener("click", () => this.stop(), { signal });
    takeDropped({
      signal,
      accepts: (event) => Boolean(this.folderOf(event)) && !this.running,
      shown: (shown, event) => this.target(shown && this.folderOf(event)),
      taken: (files, event) => this.take(files, this.folderOf(event)),
    });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  folderOf({ target }) {
    if (!document.querySelector("message-list")) return null;
    const folder = target.closest?.("[data-folder]");
    return folder ?? (target.closest?.("#list") && this.current);
  }

  get current() {
    return document.querySelector('[data-folder][aria-current="page"]');
  }

  target(folder) {
    if (folder !== this.aimed) this.aimed?.classList.remove("is-dropping");
    this.aimed = folder || null;
    this.aimed?.classList.add("is-dropping");
  }

  say(words) {
    this.panel.hidden = false;
    this.querySelector("[data-words]").textContent = words;
    this.querySelector("progress").hidden = !this.running;
  }

  async take(files, folder) {
    const letters = files.filter(({ name, type }) => LETTER.test(name) || type === "message/rfc822");
    this.querySelector("[data-refused]").replaceChildren();
    if (!letters.length) return this.say(this.dataset.none);
    this.running = true;
    const address = new URL("imports/", new URL(folder.pathname, location.origin)).pathname;
    const before = await this.send(letters, address);
    return before && this.finish(address, before);
  }

  // the token that takes back all that has come, "" when nothing has
  async send(letters, address) {
    let [before, done] = ["", 0];
    for (const batch of batches(letters)) {
      this.say(this.dataset.progress.replace("%1", done).replace("%2", letters.length));
      this.querySelector("progress").value = done / letters.length;
      const token = await tokenOf(this.dataset.visit);
      const answer = token ? await this.post(address, token, batch, before) : null;
      if (!answer) return this.halted(token === null ? this.dataset.ended : this.dataset.cut, before);
      if (!answer.ok) return this.halted(await answer.text(), before);
      const told = await answer.json();
      before = told.before || before;
      done += batch.length;
      for (const words of told.refused) this.refuse(words);
      if (!this.running) break;
    }
    this.running = false;
    this.say("");
    this.panel.hidden = !this.querySelector("[data-refused]").childElementCount;
    return before;
  }

  halted(words, before) {
    this.running = false;
    this.say(words);
    return before;
  }

  refuse(words) {
    const line = document.createElement("li");
    line.textContent = words;
    this.querySelector("[data-refused]").append(line);
  }

  post(address, token, files, before) {
    const body = new FormData();
    body.set("before", before);
    for (const file of files) body.append("files", file, file.name);
    const headers = { "X-CSRFToken": token, Accept: "text/plain" };
    return fetch(address, { method: "POST", body, headers }).catch(() => null);
  }

  finish(address, before) {
    const here = this.current?.dataset.folder ?? "";
    return htmx.ajax("POST", `${address}${location.search}`, { target: "#list", swap: "innerMorph show:none", values: { before, here } });
  }

  stop() {
    this.running = false;
    this.panel.hidden = true;
  }
}

customElements.define("mail-import", MailImport);
