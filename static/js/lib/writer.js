// The elements of writing come with the page that has a text to write, whichever way it
// comes; other pages do without a quarter of the script.
const WRITES = "compose-form, compose-end, html-editor";

export function callWriter() {
  if (document.querySelector(WRITES)) import("writer");
}
