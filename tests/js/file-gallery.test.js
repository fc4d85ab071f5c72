import assert from "node:assert/strict";
import test from "node:test";
import { document, find, press, show } from "./page.js";

const { window } = document.defaultView;
window.HTMLDialogElement.prototype.showModal = function () { this.open = true; };
window.HTMLDialogElement.prototype.close = function () {
  this.open = false;
  this.dispatchEvent(new window.Event("close"));
};
await import("#elements/file-gallery.js");

const LIST = `<file-gallery data-close="Fermer" data-label="Aperçu">
  <a href="/1/apercu/" data-preview>un</a><a href="/2/apercu/" data-preview>deux</a>
  <a href="/3/" download>trois</a></file-gallery>`;
const settled = () => new Promise((resolve) => { setTimeout(resolve); });
const dialog = () => find("dialog");
const name = () => find("dialog .preview__name")?.textContent;

function answering(status = 200) {
  globalThis.fetch = async (url) => ({
    ok: status < 400,
    redirected: false,
    text: async () => `<h1 class="preview__name" tabindex="-1">${new URL(url).pathname}</h1>
      <a rel="prev" href="#">avant</a><a rel="next" href="#">après</a>`,
  });
}

async function opened(index = 0) {
  answering();
  show(LIST);
  document.querySelectorAll("a")[index].click();
  await settled();
}

test("a preview opens in a dialog that has the focus", async () => {
  await opened();
  assert.equal(dialog().open, true);
  assert.equal(name(), "/1/apercu/");
  assert.equal(document.activeElement, find(".preview__name"));
});

test("arrows go to the neighbours and stop at the ends", async () => {
  await opened();
  press(dialog(), "ArrowRight");
  await settled();
  assert.equal(name(), "/2/apercu/");
  press(dialog(), "ArrowRight");
  await settled();
  assert.equal(name(), "/2/apercu/");
  press(dialog(), "ArrowLeft");
  await settled();
  assert.equal(name(), "/1/apercu/");
});

test("only ways that lead somewhere are shown", async () => {
  await opened();
  assert.equal(find('a[rel="prev"]').hidden, true);
  assert.equal(find('a[rel="next"]').hidden, false);
});

test("the focus comes back to the file", async () => {
  await opened(1);
  dialog().close();
  assert.equal(document.activeElement, document.querySelectorAll("a")[1]);
  assert.equal(find(".gallery__content").childElementCount, 0);
});

test("downloads and new tabs are left to the browser", async () => {
  await opened(2);
  assert.equal(dialog(), null);
  const event = new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: true });
  document.querySelector("a").dispatchEvent(event);
  assert.equal(event.defaultPrevented, false);
});

test("the dialog leaves with the list", async () => {
  await opened();
  find("file-gallery").remove();
  assert.equal(dialog(), null);
});
