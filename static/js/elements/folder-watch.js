// <folder-watch data-url data-state> inside a list: asks now and then whether the folder
// has changed, and then for the list again. Not while messages are selected.
import htmx from "htmx";

const SECONDS = 30;

class FolderWatch extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.timer = setInterval(() => this.ask(), SECONDS * 1000);
    document.addEventListener("visibilitychange", () => this.ask(), { signal });
    document.addEventListener("folder:changed", () => this.ask(), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
    clearInterval(this.timer);
  }

  get busy() {
    return document.hidden || document.querySelector('#listing input[name="uid"]:checked, #listing details[open]');
  }

  ask() {
    if (this.busy) return;
    const url = new URL(this.dataset.url, location.href);
    url.searchParams.set("etat", this.dataset.state);
    // what the page asks by itself does not prolong the visit
    const headers = { "X-Background": "1" };
    htmx.ajax("GET", url.href, { target: "#list", swap: "innerMorph", source: this, headers });
  }
}

customElements.define("folder-watch", FolderWatch);
