// The HTML of a message between its field and the editor: there a picture of the message
// has the address under which the site shows it, and one of another site waits unloaded.
const PICTURE = "img[src], img[data-remote]";

/** What the editor shows of `fragment`; `pictures` is the address below which they are. */
export function shown(fragment, pictures) {
  for (const image of fragment.querySelectorAll(PICTURE)) {
    const address = image.getAttribute("src") ?? "";
    if (address.startsWith("cid:")) image.setAttribute("src", `${pictures}${encodeURIComponent(address.slice(4))}/`);
    else if (/^https?:/i.test(address)) {
      image.dataset.remote = address;
      image.removeAttribute("src");
    }
  }
  return fragment;
}

/** The HTML of the field again, from that of the editor. */
export function stored(html, pictures) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const image of holder.content.querySelectorAll(PICTURE)) {
    const address = image.getAttribute("src") ?? "";
    if (image.dataset.remote) image.setAttribute("src", image.dataset.remote);
    else if (address.startsWith(pictures)) image.setAttribute("src", `cid:${decodeURIComponent(address.slice(pictures.length, -1))}`);
    delete image.dataset.remote;
  }
  return holder.innerHTML;
}

/** Lines of text as blocks, what they quote as quotations. */
export function fromText(text) {
  const root = document.createElement("div");
  const open = [root];
  for (const line of text.split("\n")) {
    const marks = /^(?:> ?)*(?:>|$)/.exec(line)?.[0] ?? "";
    const level = marks.split(">").length;
    while (open.length > level) open.pop();
    while (open.length < level) open.push(open.at(-1).appendChild(document.createElement("blockquote")));
    const block = document.createElement("div");
    const rest = line.slice(marks.length).replace(/^ /, marks ? "" : " ");
    if (rest) block.textContent = rest;
    else block.append(document.createElement("br"));
    open.at(-1).append(block);
  }
  return root.innerHTML;
}

/** The readable text of `html`, made by the site at `url`: the browser's own lists and tables
 * are not readable. Null when it does not answer. */
export async function asText(html, url, form) {
  const body = new FormData();
  body.set("html", html);
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken?.value ?? "");
  const answer = await fetch(url, { method: "POST", body }).catch(() => null);
  return answer?.ok ? answer.text() : null;
}
