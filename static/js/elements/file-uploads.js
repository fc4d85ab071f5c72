// <file-uploads> around the files of a message: what is chosen, dropped on the form or
// pasted leaves at once, with its progress, and the form waits for it. Without script the
// form sends the files itself.
import { takeCard, takeChosen, takeDropped, takePasted } from "#lib/taking.js";
import { forgotten, replaced, rowOf, takenAway, told } from "#lib/upload-row.js";
import { Transfer } from "#models/transfer.js";

const AGAIN = 2000;

class FileUploads extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.rows ??= new Map();
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.addEventListener("click", (event) => this.pressed(event), { signal });
    document.addEventListener("submit", (event) => this.leaving(event), { signal, capture: true });
    window.addEventListener("online", () => this.goOn("cut"), { signal });
    // back from the tab in which one has signed in again
    window.addEventListener("focus", () => this.goOn("ended"), { signal });
    const given = { taken: (files) => this.add(files), signal };
    for (const take of [takeChosen, takeCard, takePasted]) take(this.form, given);
    takeDropped({
      ...given,
      accepts: ({ target }) => this.form.contains(target) || document.querySelectorAll("file-uploads").length === 1,
      shown: (shown) => { this.querySelector("[data-target]").hidden = !shown; },
    });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  add(files) {
    const { endpoint, library, visit } = this.dataset;
    const changed = (transfer) => this.changed(transfer);
    for (const file of files) {
      const transfer = new Transfer(file, { endpoint, visit, library, changed });
      this.rows.set(transfer, rowOf(this.querySelector("template"), file));
      this.querySelector("ul").append(this.rows.get(transfer));
      this.changed(transfer);
      // one after the other, in their order
      this.last = Promise.resolve(this.last).then(() => transfer.start());
    }
    this.touched();
  }

  goOn(state) {
    for (const transfer of this.rows.keys()) if (transfer.state === state) transfer.start();
  }

  changed(transfer) {
    const row = this.rows.get(transfer);
    if (transfer.state === "whole") return this.arrived(transfer, row);
    if (transfer.state === "cancelled") return this.gone(row, transfer);
    const words = told(row, transfer);
    if (transfer.isHalted) this.settled(`${transfer.file.name} : ${words}`);
    return undefined;
  }

  // then it has the line that the page itself would give it
  async arrived(transfer, row) {
    const answer = await fetch(transfer.url, { redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return setTimeout(() => this.arrived(transfer, row), AGAIN);
    replaced(row, await answer.text());
    this.rows.delete(transfer);
    this.touched();
    return this.settled(`${transfer.file.name} : ${this.dataset.done}`);
  }

  gone(row, transfer) {
    takenAway(row, this.form.elements.files);
    this.rows.delete(transfer);
    this.touched();
    this.settled(this.dataset.removed);
  }

  pressed(event) {
    const button = event.target.closest("button");
    const row = button?.closest("li");
    if (!row) return;
    const [transfer] = [...this.rows].find(([, line]) => line === row) ?? [];
    // a visit that goes on does so for all
    if (transfer?.state === "ended" && "retry" in button.dataset) this.goOn("ended");
    else if (transfer && "retry" in button.dataset) transfer.start();
    else if (transfer) transfer.cancel();
    else {
      event.preventDefault();
      forgotten(row, this.dataset);
      this.gone(row);
    }
  }

  // the files are a part of what is written
  touched() {
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  leaving(event) {
    if (event.target !== this.form || !this.rows.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.asked = { submitter: event.submitter };
    this.settled(this.dataset.wait);
  }

  // each line shows its own news: of all of them only what holds the message is shown
  say(news, isShown = Boolean(this.asked)) {
    const line = this.querySelector("[data-news]");
    line.textContent = news;
    line.classList.toggle("visually-hidden", !isShown);
  }

  // what was asked is done once nothing is on its way; what is refused is seen to first
  settled(news) {
    this.say(news);
    if (!this.asked) return;
    const halted = [...this.rows].find(([transfer]) => transfer.isHalted);
    if (!halted && this.rows.size) return;
    const { submitter } = this.asked;
    this.asked = null;
    if (!halted) return this.form.requestSubmit(submitter?.isConnected ? submitter : undefined);
    this.say(this.dataset.unjoined, true);
    return halted[1].querySelector("button:not([hidden])").focus();
  }
}

customElements.define("file-uploads", FileUploads);
