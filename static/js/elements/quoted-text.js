// <quoted-text> under the text of an answer: what is quoted, folded away until it is asked
// for. It goes with the message all the same, unless it is taken away.
class QuotedText extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.querySelector("[data-unfold]").addEventListener("click", () => this.unfold(), { signal });
    this.querySelector("[data-drop]").addEventListener("click", () => this.taken(), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  get html() {
    return this.quotation?.outerHTML ?? "";
  }

  /** Takes the quotation of an answer off the paper; a forward is there to be read. */
  fold(paper) {
    const quotation = [...paper.children].find((child) => child.matches(".quotation"));
    if (![...(quotation?.children ?? [])].some((child) => child.matches("blockquote"))) return;
    this.paper = paper;
    this.quotation = quotation;
    quotation.remove();
    this.hidden = false;
  }

  unfold() {
    this.paper.append(this.quotation);
    this.drop();
    this.paper.focus();
  }

  taken() {
    this.drop();
    this.paper.focus();
    this.paper.dispatchEvent(new Event("input", { bubbles: true }));
  }

  drop() {
    this.quotation = null;
    this.hidden = true;
  }
}

customElements.define("quoted-text", QuotedText);
