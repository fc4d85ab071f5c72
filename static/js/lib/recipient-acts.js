// What is done to one recipient of a line (<recipient-chips> tells it), by verb.
import { called } from "#lib/chips.js";
import { written } from "#models/recipients.js";

function taken(field, index) {
  const [person] = field.people.splice(index, 1);
  return person;
}

function refocused(field, index) {
  if (field.people.length) field.chips.focusAt(Math.min(index, field.people.length - 1));
  else field.input.focus();
}

// to another line of the form, whose chip has the focus then
export function moved(field, index, line) {
  if (!line) return;
  const person = taken(field, index);
  field.changed();
  line.add([person]);
  line.chips.focusAt(line.people.length - 1);
  line.announce(field.say("moved", called(person), line.label));
}

export const acts = {
  remove(field, { index }) {
    const person = taken(field, index);
    field.changed();
    refocused(field, index);
    field.announce(field.say("removed", called(person)));
  },

  edit(field, { index }) {
    const text = written(taken(field, index));
    field.input.focus();
    field.input.value = text;
    field.changed();
  },

  leave: (field) => field.input.focus(),

  more(field) {
    field.refresh();
    field.chips.focusAt(0);
  },

  // a list that was pasted by mistake
  clear(field) {
    const count = field.people.length;
    field.people = [];
    field.changed();
    field.input.focus();
    field.announce(field.say("removed", count));
  },

  move: (field, { index, to }) => moved(field, index, field.lines[to]),

  aside(field, { index, step }) {
    const { lines } = field;
    moved(field, index, lines[lines.indexOf(field) + step]);
  },

  // a list becomes its members, so that one sees to whom one writes
  async expand(field, { index }) {
    const list = field.people[index];
    const members = await membersOf(field, list).catch(() => null);
    if (!members) return field.announce(field.say("not-expanded", called(list)));
    // it may have moved meanwhile
    const at = field.people.indexOf(list);
    if (at < 0) return null;
    if (!members.untold) field.people.splice(at, 1);
    field.add(members.people);
    field.input.focus();
    const told = members.untold ? "partly-expanded" : "expanded";
    return field.announce(field.say(told, called(list), members.people.length));
  },
};

async function membersOf(field, list) {
  const answer = await fetch(`${field.dataset.members}?email=${encodeURIComponent(list.email)}`);
  return answer.ok ? answer.json() : null;
}
