// The sheet on which formatted text is written, and what is put into it.
export function sheet({ label, language }) {
  const paper = document.createElement("div");
  paper.className = "compose__body compose__body--rich";
  const told = { role: "textbox", "aria-multiline": "true", "aria-label": label, lang: language, spellcheck: "true" };
  for (const [name, value] of Object.entries(told)) paper.setAttribute(name, value);
  return paper;
}

export function asHtml(text) {
  const holder = document.createElement("div");
  for (const line of text.split("\n")) {
    const block = document.createElement("div");
    block.append(line || document.createElement("br"));
    holder.append(block);
  }
  return holder.innerHTML;
}

// The signature `html` ("" for none) in the place of one of the `known` that nobody has
// changed, else above what is quoted.
export async function signPaper(editor, known, html) {
  const { default: purify } = await import("dompurify");
  const made = (source) => purify.sanitize(source, { RETURN_DOM_FRAGMENT: true });
  const paper = editor.getRoot();
  const words = known.map((source) => wordsOf(made(source)));
  const own = [...paper.querySelectorAll(".signature")].find((node) => !node.closest("blockquote, .quotation") && words.includes(wordsOf(node)));
  editor.saveUndoState();
  if (own) own.replaceWith(made(html));
  else if (html) paper.insertBefore(made(html), paper.querySelector(":scope > .quotation, :scope > blockquote"));
  paper.dispatchEvent(new Event("input", { bubbles: true }));
}

function wordsOf(node) {
  return node.textContent.replace(/\s+/g, "");
}
