import assert from "node:assert/strict";
import test from "node:test";
import { document } from "./page.js";

const { fromText, shown, stored } = await import("#lib/written.js");
const BELOW = "/ecrire/a@b.test/images/";

test("a picture of the message has an address in the editor, and its name in the field", () => {
  const holder = document.createElement("template");
  holder.innerHTML = '<img src="cid:x:1" alt="a"><img src="https://a.test/i.png">';
  shown(holder.content, BELOW);
  const [own, remote] = holder.content.querySelectorAll("img");
  assert.equal(own.getAttribute("src"), `${BELOW}x%3A1/`);
  assert.equal(remote.hasAttribute("src"), false);
  assert.equal(stored(holder.innerHTML, BELOW), '<img src="cid:x:1" alt="a"><img src="https://a.test/i.png">');
});

test("lines of text become blocks, what they quote quotations", () => {
  assert.equal(
    fromText("Oui\n\n> Non\n>> Si\n> <b>"),
    "<div>Oui</div><div><br></div><blockquote><div>Non</div><blockquote><div>Si</div></blockquote><div>&lt;b&gt;</div></blockquote>",
  );
});
