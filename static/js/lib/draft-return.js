// A text that a page had to leave on this device goes to the server with the next page
// that the same person opens; the address that it was written at leads back to it.
import { drop, keptOf, unlessHeld, whomToAsk } from "#lib/device-drafts.js";
import { post, visitor } from "#lib/draft-post.js";

// what left with its page may still be on its way
const SETTLED = 15_000;

export async function returnDrafts() {
  const visit = document.querySelector("draft-state") ? null : whomToAsk();
  const here = visit && (await visitor(visit));
  if (!here) return;
  for (const entry of keptOf(here.owner)) {
    const wait = entry.page === location.pathname ? 0 : entry.at + SETTLED - Date.now();
    if (wait > 0) setTimeout(returnDrafts, wait);
    else await unlessHeld(entry, () => giveBack(entry, here.token));
  }
}

async function giveBack({ key, url, page, fields }, token) {
  const { saved } = await post(url, named(fields), token);
  if (!saved) return;
  drop(key);
  if (page === location.pathname) location.replace(saved.path);
  else tell(saved);
}

// as an attempt that was made before: the server looks first whether it has it
function named(fields) {
  const all = new Map(fields);
  const attempts = `${all.get("draft_attempts")} ${all.get("draft_save")}`.trim();
  return fields.map(([name, value]) => [name, name === "draft_attempts" ? attempts : value]);
}

function tell({ returned, reopen, path }) {
  if (!returned) return;
  const notice = document.createElement("auto-dismiss");
  notice.className = "notice notice--success";
  notice.dataset.seconds = "30";
  const link = document.createElement("a");
  link.className = "button";
  link.href = path;
  link.textContent = reopen;
  notice.append(Object.assign(document.createElement("span"), { textContent: returned }), link);
  document.querySelector("#notices")?.append(notice);
}
