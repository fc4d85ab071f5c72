// Files that a person gives: chosen, pasted, dropped.

// dragged in from outside: not rows or text of the page.
const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

export function takeChosen(form, { taken, signal }) {
  form.addEventListener("change", ({ target }) => {
    if (target.name !== "files" || !target.files.length) return;
    taken([...target.files]);
    target.value = "";
  }, { signal });
}

// One's own card, which the site makes.
export function takeCard(form, { taken, signal }) {
  form.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-card]");
    if (!button) return;
    event.preventDefault();
    const answer = await fetch(button.dataset.card, { redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return;
    taken([new File([await answer.blob()], button.dataset.name, { type: "text/vcard" })]);
  }, { signal });
}

// Files that a paste holds alone: a table copied from a program brings a picture of it,
// and what is meant then is the text.
function pastedFiles({ clipboardData }) {
  const types = [...(clipboardData?.types ?? [])];
  const hasText = types.includes("text/plain") || types.includes("text/html");
  return hasText ? [] : [...(clipboardData?.files ?? [])];
}

export function takePasted(form, { taken, signal }) {
  form.addEventListener("paste", (event) => {
    const files = pastedFiles(event);
    // the editor may have taken a picture into the text
    if (event.defaultPrevented || !files.length) return;
    event.preventDefault();
    taken(files);
  }, { signal });
}

// What is dropped where `accepts(event)` says so; `shown(true)` while it may be dropped.
// What somebody else has taken (a picture in a text) is theirs.
export function takeDropped({ accepts, shown, taken, signal }) {
  const isMine = (event) => holdsFiles(event) && !event.defaultPrevented && accepts(event);
  document.addEventListener("dragover", (event) => {
    const mine = isMine(event);
    shown(mine, event);
    if (mine) event.preventDefault();
  }, { signal });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) shown(false, event); }, { signal });
  document.addEventListener("drop", (event) => {
    shown(false, event);
    if (!isMine(event)) return;
    event.preventDefault();
    taken([...event.dataTransfer.files], event);
  }, { signal });
}
