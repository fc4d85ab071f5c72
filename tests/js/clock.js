// A clock that a test turns: setTimeout and setInterval of the page wait for it.
const jobs = new Map();
let now = 0;
let last = 0;

function plan(run, delay, every) {
  last += 1;
  jobs.set(last, { run, at: now + delay, every });
  return last;
}

globalThis.setTimeout = (run, delay = 0) => plan(run, delay, 0);
globalThis.setInterval = (run, delay) => plan(run, delay, delay);
globalThis.clearTimeout = globalThis.clearInterval = (id) => jobs.delete(id);

/** Lets this much time pass; what is due runs in its order. */
export function pass(milliseconds) {
  const end = now + milliseconds;
  for (;;) {
    const due = [...jobs].filter(([, job]) => job.at <= end).sort(([, a], [, b]) => a.at - b.at);
    if (!due.length) break;
    const [id, job] = due[0];
    now = job.at;
    if (job.every) job.at += job.every;
    else jobs.delete(id);
    job.run();
  }
  now = end;
}
