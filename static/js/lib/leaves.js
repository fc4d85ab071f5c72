// What a page asks after: the message that is open, or its conversation as the server
// wants to know it: its messages by folder, with a + when they are unfolded. Of more than
// an address holds, the newest.
const LONGEST = 2500;

export function askAfter(reader, query) {
  query.set("ouvert", reader.id.replace("message-", ""));
  query.set("v", reader.dataset.uidvalidity);
  if (!reader.classList.contains("conversation")) return;
  query.set("fil", "1");
  query.set("feuilles", leavesShown(reader));
  if ("older" in reader.dataset) query.set("anciens", "1");
}

export function leavesShown(reader) {
  const folders = new Map();
  let length = 0;
  for (const item of [...reader.querySelectorAll("#sheets > li")].reverse()) {
    if (item.querySelector(".leaf__standing > *")) continue;
    const [, folder, uid] = item.id.split("-");
    const open = item.querySelector(".leaf").open ? "+" : "";
    const word = `.${uid}${open}`;
    length += word.length + (folders.has(folder) ? 0 : folder.length + 1);
    if (length > LONGEST) break;
    folders.set(folder, word + (folders.get(folder) ?? ""));
  }
  return [...folders].map(([folder, words]) => folder + words).join("_");
}
