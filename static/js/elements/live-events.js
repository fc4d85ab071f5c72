// <live-events data-stream data-ticket data-box data-token> once on a page of mail: hears
// from the event service what changes, and tells the page ("live:changed" on the document,
// with the folder). Says in words when nothing is heard. A page that stays hidden leaves.
const RETRY = [1, 2, 5, 10, 30];
// a browser has few streams for all its tabs
const HIDDEN = 15_000;
const QUIET = 45_000;

class LiveEvents extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.attempt = 0;
    this.boxes = new Map();
    document.addEventListener("visibilitychange", () => this.turned(), { signal });
    document.addEventListener("live:wanted", () => this.idle && this.open(), { signal });
    document.addEventListener("live:reached", (event) => this.reached(event.detail), { signal });
    addEventListener("pagehide", () => this.close(), { signal });
    addEventListener("pageshow", (event) => { if (event.persisted) this.open(); }, { signal });
    this.open();
  }

  disconnectedCallback() {
    this.ending.abort();
    this.close();
  }

  /** Whether changes are told as they happen. */
  get on() {
    return this.boxes.size > 0 && [...this.boxes.values()].every(Boolean);
  }

  async open() {
    this.close();
    const watch = document.querySelector("folder-watch, outbox-watch");
    // a page that shows no list has nothing to ask for
    this.idle = !watch;
    if (this.idle) return;
    const opening = this.opening = Symbol("one at a time");
    const ticket = await this.ticket();
    if (this.opening !== opening || ticket === "over") return;
    if (!ticket) {
      this.again();
      return;
    }
    const folder = watch.dataset.folder ?? "INBOX";
    this.source = new EventSource(`${this.dataset.stream}?${new URLSearchParams({ billet: ticket, dossier: folder })}`);
    this.source.addEventListener("error", () => this.again());
    this.source.addEventListener("watching", (event) => this.watched(JSON.parse(event.data)));
    this.source.addEventListener("folder", (event) => this.tell(JSON.parse(event.data)));
    this.source.addEventListener("outgoing", () => document.dispatchEvent(new Event("outgoing:changed")));
    this.source.addEventListener("resumed", () => this.tell({}));
  }

  close() {
    this.opening = null;
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
    this.boxes.clear();
  }

  // with a new ticket: the browser's own attempts would come with an old one
  again() {
    this.close();
    this.worry();
    const seconds = RETRY[Math.min(this.attempt, RETRY.length - 1)];
    this.attempt += 1;
    this.timer = setTimeout(() => this.open(), seconds * (500 + Math.random() * 1000));
  }

  async ticket() {
    const body = new URLSearchParams(this.dataset.box ? { boite: this.dataset.box } : {});
    const headers = { "X-CSRFToken": this.dataset.token, "X-Background": "1" };
    try {
      const answer = await fetch(this.dataset.ticket, { method: "POST", headers, body, redirect: "manual" });
      this.reached(true);
      // a visit that is over: the page says so by itself
      if (answer.type === "opaqueredirect" || answer.status === 403) return "over";
      return answer.ok ? (await answer.json()).ticket : "";
    } catch {
      this.reached(false);
      return "";
    }
  }

  // what changed before the watch began is asked for
  watched({ box, on }) {
    this.boxes.set(box, Boolean(on));
    if (!this.on) {
      this.worry();
      return;
    }
    this.attempt = 0;
    clearTimeout(this.worrying);
    this.worrying = null;
    this.say("polling", false);
    this.tell({});
  }

  tell(detail) {
    document.dispatchEvent(new CustomEvent("live:changed", { detail }));
  }

  worry() {
    this.worrying ??= setTimeout(() => {
      this.worrying = null;
      this.say("polling", !document.hidden);
    }, QUIET);
  }

  reached(well) {
    this.say("offline", !well);
  }

  say(what, yes) {
    this.querySelector(`[data-when="${what}"]`).hidden = !yes;
  }

  turned() {
    clearTimeout(this.leaving);
    if (document.hidden) this.leaving = setTimeout(() => this.close(), HIDDEN);
    else if (!this.source) this.open();
  }
}

customElements.define("live-events", LiveEvents);
