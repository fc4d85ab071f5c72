// The sentences of an element, in the language of the page: they stand in a
// <template data-words="name"> as <span data-word="…">, with %s for what is told.
const known = new Map();

export function words(name) {
  const template = document.querySelector(`template[data-words="${name}"]`);
  if (!known.has(template)) {
    const spans = template?.content.querySelectorAll("[data-word]") ?? [];
    known.set(template, Object.fromEntries([...spans].map((span) => [span.dataset.word, span.textContent.trim()])));
  }
  const found = known.get(template);
  return (word, ...told) => told.reduce((text, one) => text.replace("%s", () => one), found[word] ?? word);
}
