// What is pasted from Word, LibreOffice or the web: its words, lists, tables, links and
// emphasis stay; the look of another document does not come along.
const KEPT = new Set("A B BLOCKQUOTE BR CAPTION CODE COL COLGROUP DIV EM H1 H2 H3 H4 HR I IMG LI OL P PRE S STRONG SUB SUP TABLE TBODY TD TFOOT TH THEAD TR U UL".split(" "));
const GONE = new Set("STYLE SCRIPT META LINK TITLE TEMPLATE INPUT BUTTON SELECT TEXTAREA".split(" "));
const ATTRIBUTES = { A: ["href"], IMG: ["src", "alt", "width", "height"], TD: ["colspan", "rowspan"], TH: ["colspan", "rowspan", "scope"], OL: ["start"] };
const BLOCKS = new Set("BLOCKQUOTE DIV H1 H2 H3 H4 HR LI OL P PRE TABLE UL".split(" "));
const CELL = "border:1px solid #999;padding:4px 8px";
const LEVEL = /mso-list:\s*[^;]*?level(\d)/i;
const NUMBER = /^\(?(?:\d+|[a-z]|[ivxlc]+)[.)°]/i;

/** The fragment, cleaned in its place. */
export function cleaned(fragment) {
  listed(fragment);
  for (const node of [...fragment.childNodes]) clean(node);
  for (const gap of fragment.querySelectorAll("p, div")) if (isGap(gap)) gap.remove();
  for (const table of fragment.querySelectorAll("table")) table.setAttribute("style", "border-collapse:collapse");
  for (const cell of fragment.querySelectorAll("td, th")) cell.setAttribute("style", CELL);
  apart(fragment);
  return fragment;
}

// Squire puts the first block into the line of the cursor: a list would lose its first item
function apart(fragment) {
  const first = [...fragment.childNodes].find((node) => node.textContent.trim() || node.nodeName === "IMG");
  if (!/^(?:[UO]L|TABLE|BLOCKQUOTE)$/.test(first?.nodeName)) return;
  const line = document.createElement("div");
  line.append(document.createElement("br"));
  fragment.prepend(line);
}

function clean(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    // what no keyboard of ours writes; Word puts it between words
    if (node.parentNode?.nodeName !== "PRE") node.data = node.data.replace(/[ \t\r\n]+/g, " ");
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE || GONE.has(node.nodeName) || isHidden(node)) {
    node.remove();
    return;
  }
  for (const child of [...node.childNodes]) clean(child);
  const emphasis = emphasised(node);
  bare(node);
  if (emphasis.length) wrapped(node, emphasis);
  if (!KEPT.has(node.nodeName) || (node.nodeName === "A" && !node.hasAttribute("href"))) node.replaceWith(...node.childNodes);
}

function isHidden(node) {
  const style = node.getAttribute("style") ?? "";
  // what lies on the computer of the author
  const isElsewhere = node.nodeName === "IMG" && /^(?:file|blob|about):/i.test(node.getAttribute("src") ?? "");
  return isElsewhere || /display:\s*none|mso-hide:\s*all|mso-list:\s*ignore/i.test(style);
}

// `font-weight` of Google Docs and LibreOffice, to the element that says the same
function emphasised(node) {
  const style = node.getAttribute("style") ?? "";
  if (/^(?:B|STRONG)$/.test(node.nodeName) && /font-weight:\s*(?:normal|[1-5]00)/i.test(style)) return node.replaceWith(...node.childNodes) ?? [];
  if (BLOCKS.has(node.nodeName) || node.nodeName === "A" || /^T[DHR]$/.test(node.nodeName)) return [];
  const found = [];
  if (/font-weight:\s*(?:bold|[6-9]00)/i.test(style)) found.push("b");
  if (/font-style:\s*italic/i.test(style)) found.push("i");
  if (/text-decoration[^;]*underline/i.test(style)) found.push("u");
  if (/text-decoration[^;]*line-through/i.test(style)) found.push("s");
  return found.filter((name) => node.nodeName !== name.toUpperCase() && node.textContent.trim());
}

function wrapped(node, names) {
  const outer = names.reduceRight((inner, name) => {
    const element = document.createElement(name);
    element.append(...(inner ? [inner] : node.childNodes));
    return element;
  }, null);
  node.append(outer);
}

function bare(node) {
  const kept = ATTRIBUTES[node.nodeName] ?? [];
  for (const { name, value } of [...node.attributes]) {
    const isAddress = name === "href" ? /^(?:https?:|mailto:|tel:)/i.test(value) : true;
    if (!kept.includes(name) || !isAddress) node.removeAttribute(name);
  }
}

// an empty paragraph between two others is their distance in Word; ours have their own
function isGap(block) {
  return !block.textContent.trim() && !block.querySelector("img, table, hr, br");
}

// Word has no lists: paragraphs that tell their level, with the sign written before
function listed(fragment) {
  let open = [];
  for (const item of [...fragment.querySelectorAll("p, div, h1, h2, h3, h4")]) {
    const level = Number(LEVEL.exec(item.getAttribute("style") ?? "")?.[1] ?? 0);
    if (!level || (open.length && !follows(open[0], item))) open = [];
    if (level) open = placed(item, level, open);
  }
}

function follows(list, item) {
  let before = item.previousSibling;
  while (before && before !== list && !before.textContent.trim()) before = before.previousSibling;
  return before === list;
}

function placed(item, level, open) {
  const kind = NUMBER.test(taken(item)) ? "ol" : "ul";
  const lists = open.slice(0, level);
  if (lists.length === level && lists.at(-1).localName !== kind) lists.pop();
  while (lists.length < level) {
    const list = document.createElement(kind);
    const above = lists.at(-1);
    if (above) (above.lastElementChild ?? above.appendChild(document.createElement("li"))).append(list);
    else item.before(list);
    lists.push(list);
  }
  const entry = document.createElement("li");
  entry.append(...item.childNodes);
  lists.at(-1).append(entry);
  item.remove();
  return lists;
}

/** The sign before an item, which goes. */
function taken(item) {
  const sign = [...item.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(span.getAttribute("style") ?? ""));
  const text = sign?.textContent.trim() ?? "";
  sign?.remove();
  return text;
}
