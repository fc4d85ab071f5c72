// What was chosen lately, by kind («folders of this mailbox»): for this tab and this visit.
const MAX = 5;

export function recent(kind) {
  try {
    return JSON.parse(sessionStorage.getItem(`recent ${kind}`)) ?? [];
  } catch {
    return [];
  }
}

export function remember(kind, value) {
  const kept = [value, ...recent(kind).filter((other) => other !== value)].slice(0, MAX);
  try {
    sessionStorage.setItem(`recent ${kind}`, JSON.stringify(kept));
  } catch {
    // no room, or not allowed: nothing is remembered
  }
}

// a page that nobody has signed in for: the next visitor learns nothing of the last
export function forget() {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("recent ")) sessionStorage.removeItem(key);
  }
}
