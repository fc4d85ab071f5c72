// <copy-link> around a link: a click copies its address and says so. Without it, and with
// a modifier key, the link is followed as usual.
class CopyLink extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    this.addEventListener("click", (event) => this.clicked(event), { signal: this.ending.signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  async clicked(event) {
    const link = event.target.closest("a");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || !navigator.clipboard) return;
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(link.href);
    } catch {
      location.assign(link.href);
      return;
    }
    const told = document.createElement("auto-dismiss");
    told.className = "notice notice--success";
    told.dataset.seconds = "5";
    told.textContent = this.dataset.copied;
    document.querySelector("#notices")?.replaceChildren(told);
  }
}

customElements.define("copy-link", CopyLink);
