// The signature of a text, by the rules of mail/signing.py: below a line of "-- ", above
// what is quoted; one that somebody has changed is theirs, and stays.
export function switched(text, blocks, next) {
  for (const block of blocks) {
    const at = text.lastIndexOf(block);
    if (at < 0 || (at > 0 && text[at - 1] !== "\n")) continue;
    const after = text.slice(at + block.length);
    return next ? text.slice(0, at) + next + after : text.slice(0, at).trimEnd() + after;
  }
  if (!next) return text;
  const [above, quoted] = apart(text);
  return `${above.trimEnd()}\n\n${next}\n${quoted ? `\n${quoted}` : ""}`;
}

// [what was typed, what is quoted below it with its introduction]
export function apart(text) {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.startsWith(">"));
  if (first < 0 || lines.slice(first).some((line) => line.trim() && !line.startsWith(">"))) return [text, ""];
  const begin = first && lines[first - 1].trimEnd().endsWith(":") ? first - 1 : first;
  return [lines.slice(0, begin).join("\n"), lines.slice(begin).join("\n")];
}

// the signature that a message of this sender begins with: an imposed one, then that of
// the address alone. Options carry data-senders, data-new, data-answers, data-imposed
export function usual(options, sender, answers) {
  const fitting = options.filter(({ dataset }) => {
    const is_for = (dataset.senders ?? "").split(" ").includes(sender.toLowerCase());
    return is_for && (answers ? "answers" : "new") in dataset;
  });
  const rank = ({ dataset }) => ("imposed" in dataset ? 0 : dataset.senders.split(" ").length);
  return fitting.sort((one, other) => rank(one) - rank(other))[0] ?? null;
}
