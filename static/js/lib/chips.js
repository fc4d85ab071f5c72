// The chip of one recipient: what it is called, and whatever has to be seen beside that.
import { isOutside, normal, real } from "#models/recipients.js";

const NAME_MAX = 120;

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter(Boolean));
  return element;
}

const mark = (text, kind) => make("span", { className: `recipient__mark recipient__mark--${kind}`, textContent: text });

export const called = (person) => (person.name || person.email).slice(0, NAME_MAX);

// `say`: the words of the page; `own`: our domain; `twice`: the line that has it already
export function chip(person, { say, own, twice }) {
  const email = normal(person.email);
  const hidden = person.name && person.email ? make("span", { className: "recipient__email", textContent: ` ${email ?? person.email}`, dir: "ltr" }) : null;
  const shown = [make("bdi", { className: "recipient__label", textContent: called(person) })];
  if (real(person)) shown.push(make("span", { className: "recipient__real", textContent: real(person), dir: "ltr" }));
  else shown.push(hidden);
  if (person.kind === "list") shown.push(mark(say("list"), "list"));
  if (!email) shown.push(mark(say("wrong"), "danger"));
  else if (isOutside(email, own)) shown.push(mark(say("outside"), "outside"));
  if (twice) shown.push(mark(say("twice"), "warning"));
  const title = person.name ? `${called(person)} <${email ?? person.email}>` : email ?? person.email;
  const name = make("button", { type: "button", className: "recipient__name", tabIndex: -1, title }, ...shown);
  const cross = make("span", { textContent: "×" });
  cross.setAttribute("aria-hidden", "true");
  const label = make("span", { className: "visually-hidden", textContent: say("remove", called(person)) });
  const remove = make("button", { type: "button", className: "recipient__remove", tabIndex: -1, title: say("remove", called(person)) }, cross, label);
  const item = make("li", { className: "recipient", draggable: true }, name, remove);
  item.classList.toggle("recipient--wrong", !email);
  return item;
}

// in the place of those that are not shown
export function rest(count, say) {
  const item = make("li", {});
  for (const verb of ["more", "clear"]) {
    const button = make("button", { type: "button", className: "recipient__more", textContent: say(verb, count.toLocaleString("fr")) });
    button.toggleAttribute(`data-${verb}`, true);
    item.append(button);
  }
  return item;
}
