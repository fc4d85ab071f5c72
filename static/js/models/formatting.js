// What the buttons of formatted text do, and what the cursor stands in: Squire by our names.
import { tables } from "#lib/tables.js";

const TAGS = { bold: "B", italic: "I", underline: "U", link: "A", bullets: "UL", numbers: "OL", quote: "BLOCKQUOTE" };

/** The editing of one paper. */
export class Formatting {
  constructor(squire) {
    this.squire = squire;
  }

  /** Whether the cursor stands in what this command makes. */
  has(command) {
    return command in TAGS && this.squire.hasFormat(TAGS[command]);
  }

  get cell() {
    const { startContainer } = this.squire.getSelection();
    const element = startContainer.nodeType === Node.ELEMENT_NODE ? startContainer : startContainer.parentElement;
    const cell = element?.closest("td, th");
    return this.squire.getRoot().contains(cell) ? cell : null;
  }

  get address() {
    const { startContainer } = this.squire.getSelection();
    return startContainer.parentElement?.closest("a[href]")?.getAttribute("href") ?? "";
  }

  run(command, value) {
    const { squire } = this;
    const was = this.has(command);
    const acts = {
      undo: () => squire.undo(),
      redo: () => squire.redo(),
      bold: () => (was ? squire.removeBold() : squire.bold()),
      italic: () => (was ? squire.removeItalic() : squire.italic()),
      underline: () => (was ? squire.removeUnderline() : squire.underline()),
      bullets: () => (was ? squire.removeList() : squire.makeUnorderedList()),
      numbers: () => (was ? squire.removeList() : squire.makeOrderedList()),
      quote: () => (was ? squire.decreaseQuoteLevel() : squire.increaseQuoteLevel()),
      color: () => squire.setTextColor(value || null),
      align: () => squire.setTextAlignment(value),
      unlink: () => squire.removeLink(),
      clear: () => squire.removeAllFormatting(),
    };
    acts[command]();
    squire.focus();
  }

  link(address, text) {
    const { squire } = this;
    if (squire.getSelection().collapsed && !this.has("link")) {
      const link = document.createElement("a");
      link.href = address;
      link.textContent = text || address;
      squire.insertHTML(`${link.outerHTML}&nbsp;`);
    } else squire.makeLink(address);
    squire.focus();
  }

  table(rows, columns, head) {
    const { squire } = this;
    const known = new Set(squire.getRoot().querySelectorAll("table"));
    squire.insertHTML(`${tables.made(rows, columns, head)}<div><br></div>`);
    const added = [...squire.getRoot().querySelectorAll("table")].find((table) => !known.has(table));
    const range = document.createRange();
    range.setStart(added?.querySelector("td, th") ?? squire.getRoot(), 0);
    squire.setSelection(range).focus();
  }

  /** Changes the table around the cursor. */
  change(act) {
    const { cell, squire } = this;
    if (cell) squire.saveUndoState().modifyDocument(() => tables[act](cell));
    squire.focus();
  }

  picture(address, name) {
    this.squire.insertImage(address, { alt: name });
  }
}
