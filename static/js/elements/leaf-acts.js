// <leaf-acts> around the menus of one message of a conversation: a menu comes into view as
// it opens, below the last message too, and closes when it has been used; a message that
// leaves (data-parts) is folded at once, so that it need not be kept for somebody who reads
// it, and the focus goes on to the next one.
class LeafActs extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.closest("form")?.addEventListener("submit", (event) => this.used(event), { signal });
    this.addEventListener("toggle", ({ target }) => target.open && this.show(target), { signal, capture: true });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  show(menu) {
    menu.querySelector(".menu__items").scrollIntoView({ block: "nearest" });
  }

  used({ submitter }) {
    if (!this.contains(submitter)) return;
    const leaf = this.closest(".leaf");
    const menu = submitter.closest("details");
    // not before the form has been read: what is folded has no submitter
    setTimeout(() => {
      menu.open = false;
      if (!submitter.hasAttribute("data-parts")) {
        menu.querySelector("summary").focus();
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
