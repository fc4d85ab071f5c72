// What has to be told of a line of recipients, in sentences below it: what is no address,
// who stands there twice or nearly has our domain, how many are too many.
import { called, make } from "#lib/chips.js";
import { meant, normal } from "#models/recipients.js";

const NAMED = 3;

export function told(field, lines = field.lines, twice = field.twice) {
  field.twice = twice;
  const { say, people, input } = field;
  const rest = field.isLeft ? input.value.trim() : "";
  const wrong = [...people.filter((one) => !normal(one.email)).map(called), ...(rest ? [rest] : [])];
  const sentences = wrong.slice(0, NAMED).map((name) => say("not-valid", name));
  if (wrong.length > NAMED) sentences.push(say("more-wrong", wrong.length - NAMED));
  const doubled = people.filter((one) => twice?.has(one));
  for (const one of doubled.slice(0, NAMED)) sentences.push(say("in-line", called(one), lines[twice.get(one)].label));
  if (doubled.length > NAMED) sentences.push(say("more-doubled", doubled.length - NAMED));
  for (const one of people) {
    const right = sentences.length < NAMED && meant(one.email, field.dataset.own);
    if (right) sentences.push(say("meant", one.email, right));
  }
  if (field.skipped) sentences.push(say(field.skipped === 1 ? "skipped-one" : "skipped", field.skipped));
  const count = lines.reduce((sum, line) => sum + (line.people?.length ?? 0), 0);
  if (count > Number(field.dataset.max) && people.length) sentences.push(say("too-many", count.toLocaleString("fr"), field.dataset.max));
  const list = field.querySelector(".recipients__notes");
  const shown = [...list.children].map((item) => item.textContent);
  // what is read aloud is only what has changed
  if (shown.join("\n") !== sentences.join("\n")) list.replaceChildren(...sentences.map((textContent) => make("li", { textContent })));
  if (wrong.length) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}
