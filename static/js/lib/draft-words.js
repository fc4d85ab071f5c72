// Where what is written is, in words: beside the form, and in the notices of it.

/** Each time that it is stored is no news to a screen reader; that it is not (`urgent`) is. */
export function say(element, words, urgent) {
  element.setAttribute("aria-live", urgent ? "polite" : "off");
  element.textContent = words;
}

/** A notice of the form: shown or not, with these words and where its link leads. */
export function mark(form, name, shown, words, href) {
  const notice = form.querySelector(`[data-${name}]`);
  notice.hidden = !shown;
  if (words) notice.querySelector("span").textContent = words;
  if (href) notice.querySelector("a").href = href;
}

/** What a failed attempt is called: the `words` of the element by name. */
export function failure({ ended, problem }, words, isKept) {
  const name = ended ? "ended" : navigator.onLine ? "unreachable" : "offline";
  const said = problem ? `${words.refused} ${problem}` : words[name];
  return isKept ? said : `${said} ${words.nowhere}`;
}
