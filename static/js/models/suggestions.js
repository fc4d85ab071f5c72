// What is suggested for some letters: what the mailbox knows at once, the directory when
// it answers. A question that is out of date is dropped.
const PAUSE = { near: 40, colleagues: 160 };
// one letter fits half of the directory
const DIRECTORY_FROM = 2;

export class Suggestions {
  // `addresses` are {near, colleagues}; `told` is called with what is known so far
  constructor(addresses, told) {
    Object.assign(this, { addresses, told, timers: [], aborting: new AbortController() });
  }

  ask(typed) {
    this.stop();
    Object.assign(this, { near: null, colleagues: [], isDown: false });
    const sources = typed.trim().length < DIRECTORY_FROM ? ["near"] : ["near", "colleagues"];
    this.timers = sources.map((source) => setTimeout(() => this.fetch(source, typed), PAUSE[source]));
  }

  stop() {
    this.timers.forEach(clearTimeout);
    this.aborting.abort();
    this.aborting = new AbortController();
  }

  async fetch(source, typed) {
    const { signal } = this.aborting;
    let found = [];
    try {
      const url = `${this.addresses[source]}?q=${encodeURIComponent(typed.slice(0, 200))}`;
      const answer = await fetch(url, { signal, redirect: "manual" });
      this.isDown ||= answer.status === 503;
      if (answer.ok) found = (await answer.json()).suggestions;
    } catch {
      this.isDown ||= source === "colleagues";
    }
    if (signal.aborted) return;
    this[source] = found;
    // the directory alone would be pushed down by what is known better
    if (this.near) this.told(this.all, this.isDown);
  }

  // what the directory says of somebody whom one knows stands beside their name
  get all() {
    const listed = new Map(this.colleagues.map((one) => [one.email.toLowerCase(), one]));
    const known = this.near.map((one) => {
      const { name = "", kind, about } = listed.get(one.email.toLowerCase()) ?? one;
      listed.delete(one.email.toLowerCase());
      return { ...one, name: one.name || name, kind, about };
    });
    return [...known, ...listed.values()];
  }
}
