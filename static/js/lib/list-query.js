// What is done outside the list (on the message that is open, in a dialog, by a notice) and
// answers with the list, answers with the page, search and order that are shown; who goes
// to write on a page of its own comes back to them.
import { composes } from "#lib/composers.js";

// the list that is on the page, where its form acts one segment below it
function shown() {
  const form = document.querySelector("message-list form");
  if (!form) return null;
  const list = new URL(form.getAttribute("action"), location.href);
  list.pathname = list.pathname.replace(/[^/]+\/$/, "");
  return { form, list };
}

document.addEventListener("htmx:config:request", ({ target, detail }) => {
  const { form, list } = shown() ?? {};
  if (!form || form === target || !target.matches('form[hx-target="#list"]')) return;
  const url = new URL(detail.ctx.request.action, location.href);
  if (url.search || !url.pathname.startsWith(list.pathname)) return;
  detail.ctx.request.action = url.pathname + list.search;
});

// after the dock, which opens it beside the list
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const { list } = (link && !event.defaultPrevented && shown()) || {};
  const address = list && new URL(link.href);
  const isOthers = address?.searchParams.has("retour") && !("returns" in link.dataset);
  if (!list || !composes(address) || isOthers) return;
  // a link that stays on the page leads back to what is shown when it is followed
  link.dataset.returns = "";
  address.searchParams.set("retour", list.pathname + list.search);
  link.href = address.href;
});
