// A page without a browser: jsdom's globals for the elements of static/js, and htmx
// replaced by a record of what it was asked.
import { register } from "node:module";
import { JSDOM } from "jsdom";
import { webcrypto } from "node:crypto";

// what browsers have, and Node only from version 19 on
if (!globalThis.crypto) globalThis.crypto = webcrypto;

const GLOBALS = [
  "window", "document", "location", "customElements", "HTMLElement", "Event",
  "CustomEvent", "KeyboardEvent", "MouseEvent", "FocusEvent", "AbortController",
  "addEventListener", "getComputedStyle", "FormData", "requestAnimationFrame", "sessionStorage",
  "localStorage", "MutationObserver", "DOMParser", "history", "navigator",
];

register("./bare-names.js", import.meta.url);

const { window } = new JSDOM("<!doctype html>", { url: "http://messagerie.localhost/", pretendToBeVisual: true });
window.addEventListener = window.addEventListener.bind(window);
window.HTMLElement.prototype.scrollIntoView = () => {};
for (const name of GLOBALS) Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
globalThis.matchMedia = () => ({ matches: true });
globalThis.asked = [];

export const { document } = window;

/** Puts this HTML on the page and returns its first element. */
export function show(html) {
  globalThis.asked.length = 0;
  document.body.innerHTML = html;
  return document.body.firstElementChild;
}

export function find(selector) {
  return document.querySelector(selector);
}

export function press(target, key, more = {}) {
  const event = new window.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}
