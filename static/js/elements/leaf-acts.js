// <leaf-acts> around the menu of one message of a conversation: the menu closes when it
// has been used; a message that leaves (data-parts) is folded at once, so that it need not
// be kept for somebody who reads it, and the focus goes on to the next one.
class LeafActs extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    this.closest("form")?.addEventListener("submit", (event) => this.used(event), { signal: this.ending.signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  used({ submitter }) {
    if (!this.contains(submitter)) return;
    const leaf = this.closest(".leaf");
    // not before the form has been read: what is folded has no submitter
    setTimeout(() => {
      this.querySelector("details").open = false;
      if (!submitter.hasAttribute("data-parts")) {
        this.querySelector("summary").focus();
        return;
      }
      leaf.open = false;
      const item = leaf.closest("li");
      const next = item.nextElementSibling ?? item.previousElementSibling;
      (next ?? item).querySelector("summary").focus();
    });
  }
}

customElements.define("leaf-acts", LeafActs);
