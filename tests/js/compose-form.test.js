import assert from "node:assert/strict";
import test from "node:test";
import { find, press, show } from "./page.js";

await import("#elements/compose-form.js");

const FORM = `<compose-form><form action="/ecrire/"><input name="to"><textarea name="text"></textarea>
  <input type="file" name="files"><button data-without-script>Ajouter</button><button>Envoyer</button></form></compose-form>`;

function leaves() {
  const event = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(event);
  return !event.defaultPrevented;
}

const typed = () => find("textarea").dispatchEvent(new Event("input", { bubbles: true }));

test("the button for those without script is hidden", () => {
  show(FORM);
  assert.equal(find("[data-without-script]").hidden, true);
});

test("leaving asks first once something is written", () => {
  show(FORM);
  assert.equal(leaves(), true);
  typed();
  assert.equal(leaves(), false);
});

test("sending what was written asks nothing", () => {
  show(FORM);
  typed();
  find("form").addEventListener("submit", (event) => event.preventDefault());
  find("form").requestSubmit();
  assert.equal(leaves(), true);
});

test("Ctrl+Enter sends, Enter alone does not", () => {
  show(FORM);
  let sent = 0;
  find("form").addEventListener("submit", (event) => { sent += 1; event.preventDefault(); });
  press(find("textarea"), "Enter");
  assert.equal(sent, 0);
  press(find("textarea"), "Enter", { ctrlKey: true });
  assert.equal(sent, 1);
});

test("chosen files leave at once", () => {
  show(FORM);
  const files = find("[name=files]");
  Object.defineProperty(files, "files", { value: [{ name: "a.txt" }] });
  files.dispatchEvent(new Event("change", { bubbles: true }));
  const [[verb, , options]] = globalThis.asked;
  assert.deepEqual([verb, options.target, options.values], ["POST", "#compose-shelf", { attach: "1" }]);
});
