// Which composers are beside the mail in this tab: they come back with the page, after the
// way back, a reload, a sign-in. A written one comes by the name of its draft.
const KEY = "dock";

export function remember(sheets) {
  const open = sheets.filter((sheet) => !sheet.isLeaving).map(({ place, isFolded }) => ({ place, isFolded }));
  try {
    if (open.length) sessionStorage.setItem(KEY, JSON.stringify(open));
    else sessionStorage.removeItem(KEY);
  } catch {
    // what is stored comes back from Brouillons
  }
}

/** [{place, isFolded}] in the order in which they were opened. */
export function remembered() {
  try {
    const open = JSON.parse(sessionStorage.getItem(KEY)) ?? [];
    return open.filter(({ place }) => new URL(place, location.href).origin === location.origin);
  } catch {
    return [];
  }
}
