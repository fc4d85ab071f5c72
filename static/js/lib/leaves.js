// What a page asks after: the message that is open, or its conversation as the server
// wants to know it: its messages by folder, with a + when they are unfolded; "" when they
// are too many for an address.
const LONGEST = 2500;

export function askAfter(reader, query) {
  query.set("ouvert", reader.id.replace("message-", ""));
  query.set("v", reader.dataset.uidvalidity);
  if (!reader.classList.contains("conversation")) return;
  query.set("fil", "1");
  query.set("feuilles", leavesShown(reader));
}

export function leavesShown(reader) {
  const folders = new Map();
  for (const item of reader.querySelectorAll("#sheets > li")) {
    if (item.querySelector(".leaf__standing > *")) continue;
    const [, folder, uid] = item.id.split("-");
    const open = item.querySelector(".leaf").open ? "+" : "";
    folders.set(folder, `${folders.get(folder) ?? folder}.${uid}${open}`);
  }
  const shown = [...folders.values()].join("_");
  return shown.length > LONGEST ? "" : shown;
}
