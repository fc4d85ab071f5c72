// Going to another page of the mail while something beside it has to stay.
import htmx from "htmx";

// screens of the mail; files and frames are no pages
const PAGES = /^\/(?:courrier\/[^/]+\/(?:[^/]+\/(?:\d+\/(?:conversation\/)?)?)?|toutes-les-boites\/|(?:envois|attente|etiquettes)\/[^/]+\/|preferences\/)$/;

/** Whether a link leads to a page that this one can become. */
export function keepsDock(link, address) {
  const isHtmx = link.closest("[hx-get], [hx-post]") ?? link.closest("[hx-boost=true]");
  const isHere = address.pathname === location.pathname && address.search === location.search && address.hash;
  return address.origin === location.origin && PAGES.test(address.pathname) && !isHtmx && !isHere;
}

/** The page at `href` in the place of this one; what is no page of ours is gone to. */
export async function visit(href, { push = true } = {}) {
  const answer = await fetch(href, { headers: { Accept: "text/html" } }).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const app = page?.querySelector(".app");
  if (!app || !page.querySelector("compose-dock")) {
    location.assign(href);
    return;
  }
  if (push) history.pushState({}, "", answer.url);
  const here = document.querySelector(".app");
  here.replaceWith(document.adoptNode(app));
  document.title = page.title;
  htmx.process(document.querySelector(".app"));
  document.querySelector("#notices").replaceChildren(...page.querySelectorAll("#notices > *"));
  document.querySelector("#content").focus({ preventScroll: true });
}
