// One file on its way to the form it is joined to, by tus: it goes on by itself after a
// cut, and where it stopped after a sign-in. `changed(transfer)` is called when there is
// something to show: `state` is waiting, sending, cut, ended (the visit), refused,
// unreadable, whole or cancelled; `sent` octets have arrived; `reason` is the server's.
import { tokenOf } from "#lib/visit.js";

const PIECE = 1024 * 1024;
const WAITS = [500, 1000, 2000, 5000, 10000];
const OVER = new Set(["whole", "cancelled"]);
const HALTED = new Set(["ended", "refused", "unreadable"]);

let loading;

// 22 kB that nobody needs before they join a file
function library(address) {
  if (globalThis.tus) return Promise.resolve(globalThis.tus);
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(globalThis.tus);
    script.onerror = () => { loading = undefined; reject(new Error("tus")); };
    document.head.append(script);
  });
  return loading;
}

export class Transfer {
  constructor(file, options) {
    Object.assign(this, { file, options, state: "waiting", sent: 0, reason: "", tries: 0 });
    // fulfilled when nothing more happens by itself
    this.rest = new Promise((resolve) => { this.settle = resolve; });
  }

  get isOver() {
    return OVER.has(this.state);
  }

  get isHalted() {
    return HALTED.has(this.state);
  }

  is(state, reason = "") {
    if (this.isOver) return;
    Object.assign(this, { state, reason });
    this.options.changed(this);
    if (this.isOver || this.isHalted) this.settle();
  }

  async start() {
    clearTimeout(this.later);
    if (this.isOver || this.state === "sending") return this.rest;
    if (this.isHalted) this.rest = new Promise((resolve) => { this.settle = resolve; });
    this.is("sending");
    try {
      // a folder, or a file that is gone: no server has to be asked
      await this.file.slice(0, 1).arrayBuffer();
    } catch {
      this.is("unreadable");
      return this.rest;
    }
    const token = await tokenOf(this.options.visit);
    if (token === null) this.is("ended");
    else if (token) await this.send(token);
    else this.again();
    return this.rest;
  }

  async send(token) {
    const { endpoint } = this.options;
    try {
      const { Upload } = await library(this.options.library);
      if (this.isOver) return;
      this.upload = new Upload(this.file, {
        // what is on the server is gone on with, never begun anew behind our back
        endpoint: this.url ? null : endpoint,
        uploadUrl: this.url,
        chunkSize: PIECE,
        retryDelays: null,
        storeFingerprintForResuming: false,
        metadata: { filename: this.file.name, filetype: this.file.type },
        headers: { "X-CSRFToken": token, Accept: "text/plain" },
        onUploadUrlAvailable: () => { this.url = this.upload.url; },
        onProgress: (sent) => this.reached(sent),
        onSuccess: () => this.is("whole"),
        onError: (error) => this.failed(error.originalResponse),
      });
      this.upload.start();
    } catch {
      this.again();
    }
  }

  reached(sent) {
    if (sent > this.sent) this.tries = 0;
    this.sent = sent;
    if (this.state === "sending") this.options.changed(this);
  }

  failed(response) {
    const status = response?.getStatus() ?? 0;
    if (status === 401) return this.is("ended");
    if (this.url && (status === 404 || status === 410)) return this.anew();
    // somebody else's piece is still being written, or nobody answers
    if (status === 409 || status === 423 || !status) return this.again();
    // 503 in words of ours is a reason to tell; a proxy's page is not
    const isOurs = response.getHeader("X-Reference");
    return isOurs || status < 500 ? this.is("refused", response.getBody()) : this.again();
  }

  again() {
    this.is("cut");
    this.later = setTimeout(() => this.start(), WAITS[Math.min(this.tries, WAITS.length - 1)]);
    this.tries += 1;
  }

  anew() {
    this.url = null;
    this.again();
  }

  async cancel() {
    clearTimeout(this.later);
    this.is("cancelled");
    // what is there goes now, else it goes at night
    await this.upload?.abort(true).catch(() => {});
  }
}
