// Finding a choice by the letters of its name: case and accents do not count, every word
// has to be there. The nearest first: begins so, a word begins so, holds it.
import { plain } from "#lib/plain.js";

function rank(choice, words) {
  const label = plain(choice.label);
  const all = `${label} ${plain(choice.detail ?? "")}`;
  if (!words.every((word) => all.includes(word))) return -1;
  const [first] = words;
  if (label.startsWith(first)) return 0;
  if (label.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(first))) return 1;
  return label.includes(first) ? 2 : 3;
}

// `choices` are {value, label, detail}; `recent` values come first while nothing is typed.
export function found(choices, text, recent = []) {
  const words = plain(text).split(/\s+/).filter(Boolean);
  if (!words.length) {
    const first = recent.map((value) => choices.find((c) => c.value === value)).filter(Boolean);
    return [...first.map((c) => ({ ...c, recent: true })), ...choices.filter((c) => !first.includes(c))];
  }
  return choices
    .map((choice) => [rank(choice, words), choice])
    .filter(([place]) => place >= 0)
    .sort(([a], [b]) => a - b)
    .map(([, choice]) => choice);
}
