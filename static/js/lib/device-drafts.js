// Texts that no server has yet, kept on this device: each by the form it was written in,
// marked with whose it is. On a shared computer they live as long as their tab.
const PREFIX = "draft ";
const KEPT = 7 * 24 * 3600 * 1000;
// without locks nobody knows whether a tab still writes it
const QUIET = 10 * 60 * 1000;

export function keep(key, entry, shared = false) {
  try {
    place(shared).setItem(PREFIX + key, JSON.stringify({ ...entry, at: Date.now() }));
    return true;
  } catch {
    // no room, or not allowed
    return false;
  }
}

export function drop(key) {
  for (const shared of [true, false]) {
    try {
      place(shared).removeItem(PREFIX + key);
    } catch {
      // nothing is kept where nothing may be
    }
  }
}

/** The texts of this person, the oldest first; what nobody came back for in a week goes. */
export function keptOf(owner) {
  const found = [];
  for (const shared of [true, false]) {
    for (const key of keysOf(place(shared))) {
      const entry = read(place(shared), key);
      if (!entry || entry.at < Date.now() - KEPT) place(shared).removeItem(key);
      else if (entry.owner === owner) found.push({ ...entry, key: key.slice(PREFIX.length) });
    }
  }
  return found.sort((one, other) => one.at - other.at);
}

/** Where to ask who is here, when anything is kept at all. */
export function whomToAsk() {
  for (const shared of [true, false]) {
    for (const key of keysOf(place(shared))) {
      const visit = read(place(shared), key)?.visit;
      if (visit) return visit;
    }
  }
  return null;
}

/** While it is held, no other tab takes the text of this form. */
export function hold(key, signal) {
  const ended = new Promise((resolve) => { signal.addEventListener("abort", resolve); });
  navigator.locks?.request(PREFIX + key, () => ended);
}

export async function unlessHeld({ key, at }, act) {
  if (!navigator.locks) return at < Date.now() - QUIET ? act() : undefined;
  return navigator.locks.request(PREFIX + key, { ifAvailable: true }, (lock) => lock && act());
}

function place(shared) {
  return shared ? sessionStorage : localStorage;
}

function keysOf(storage) {
  try {
    return Object.keys(storage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

function read(storage, key) {
  try {
    return JSON.parse(storage.getItem(key));
  } catch {
    return null;
  }
}
