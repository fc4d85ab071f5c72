// What htmx puts on the page: the list, or only what is beside it. A list may be long, and
// nobody looks through it when a message is opened.
const besides = new WeakSet();

document.addEventListener("htmx:before:swap", ({ detail }) => {
  const list = document.getElementById("list");
  const reached = ({ target }) => target?.contains && (target.contains(list) || list.contains(target));
  if (list && !detail.tasks?.some(reached)) besides.add(detail.ctx);
});

/** Whether the swap that this event is about leaves the list as it is. */
export const isBeside = (event) => besides.has(event?.detail?.ctx);
