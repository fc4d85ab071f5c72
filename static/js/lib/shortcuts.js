// What a key of the table does (hot-keys.js): a "shortcut" event {act} where it was
// pressed; when nobody takes it (preventDefault), what has data-act="…" is clicked, or
// focused when it is a field.

// the one that a person can see, in the message rather than in the list
function actor(act) {
  const all = [...document.querySelectorAll(`[data-act="${act}"]`)];
  const seen = all.filter((element) => element.checkVisibility?.() ?? true);
  return seen.find((element) => element.closest("#reader")) ?? seen[0] ?? all[0];
}

export function perform(act, target = document.body, repeat = false) {
  const detail = { act, repeat };
  const event = new CustomEvent("shortcut", { bubbles: true, cancelable: true, detail });
  if (!target.dispatchEvent(event)) return true;
  const element = actor(act);
  if (element?.matches("input")) (element.focus(), element.select());
  else element?.click();
  return Boolean(element);
}
