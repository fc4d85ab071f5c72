// The addresses of the pages of a list, and what they answer.
const PATIENCE = 10_000;

/** The same address about this page and `extra` ones after it. */
export function addressOf(href, page, extra) {
  const url = new URL(href, location.href);
  for (const [name, value, bare] of [["page", page, 1], ["suite", extra, 0]]) {
    if (value > bare) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  return url.href;
}

/** Acts and news are then about all the pages that are shown. */
export function readdress(list, page, extra) {
  for (const name of ["action", "formaction", "data-url"]) {
    for (const one of list.querySelectorAll(`[${name}]`)) {
      one.setAttribute(name, addressOf(one.getAttribute(name), page, extra));
    }
  }
}

/** The regions that an address answers; nothing when it does not, or leads elsewhere. */
export async function regions(address) {
  try {
    const headers = { "HX-Request": "true" };
    const answer = await fetch(address, { headers, redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
    return answer.ok ? await answer.text() : "";
  } catch {
    return "";
  }
}
