// When a draft is stored: soon after a pause, and at the latest after a while. What takes
// long to store is stored less often.
const PAUSE = 1500;
const LONGEST = 15_000;

export class DraftPace {
  constructor(save) {
    this.save = save;
    this.took = 0;
  }

  /** Something changed that is not stored. */
  begin() {
    this.since ??= Date.now();
    const pause = Math.max(PAUSE, 10 * this.took);
    this.plan(Math.min(pause, Math.max(0, this.since + LONGEST - Date.now())));
  }

  plan(wait) {
    this.stop();
    this.timer = setTimeout(this.save, wait);
  }

  stop() {
    clearTimeout(this.timer);
  }

  /** What was written until now is on its way. */
  async timed(sending) {
    const begun = performance.now();
    this.since = null;
    const told = await sending();
    this.took = performance.now() - begun;
    return told;
  }
}
