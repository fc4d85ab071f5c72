// What is done outside the list (on the message that is open, in a dialog, by a notice) and
// answers with the list, answers with the page, search and order that are shown.
document.addEventListener("htmx:config:request", ({ target: form, detail }) => {
  const shown = document.querySelector("message-list form");
  if (!shown || shown === form || !form.matches('form[hx-target="#list"]')) return;
  const list = new URL(shown.getAttribute("action"), location.href);
  const url = new URL(detail.ctx.request.action, location.href);
  const folder = list.pathname.replace(/[^/]+\/$/, "");
  if (url.search || !url.pathname.startsWith(folder)) return;
  detail.ctx.request.action = url.pathname + list.search;
});
