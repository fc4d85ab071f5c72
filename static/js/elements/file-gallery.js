// <file-gallery> around a list of files: previews open in a dialog, arrows go from one to
// the next. Without it each preview is a page of its own.
class FileGallery extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    this.addEventListener("click", (event) => this.clicked(event), { signal: this.ending.signal });
  }

  disconnectedCallback() {
    this.ending.abort();
    this.dialog?.remove();
    this.dialog = null;
  }

  clicked(event) {
    const link = event.target.closest("a[data-preview]");
    const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.button;
    if (!link || modified || link.closest("file-gallery") !== this) return;
    event.preventDefault();
    this.links = [...this.querySelectorAll("a[data-preview]")].filter((a) => a.closest("file-gallery") === this);
    this.opener = link;
    this.show(this.links.indexOf(link));
  }

  async show(index) {
    if (!this.links[index]) return;
    this.index = index;
    const { href } = this.links[index];
    const answer = await fetch(href, { headers: { "HX-Request": "true" } }).catch(() => null);
    // an error, or a visit that has ended: the page itself says what is the matter
    if (!answer?.ok || answer.redirected) {
      location.assign(href);
      return;
    }
    const html = await answer.text();
    if (this.index !== index || !this.isConnected) return;
    this.dialog ??= this.made();
    this.dialog.querySelector(".gallery__content").innerHTML = html;
    this.arrange();
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.querySelector(".preview__name")?.focus();
  }

  // the ways to the neighbours are those of this list
  arrange() {
    for (const [rel, step] of [["prev", -1], ["next", 1]]) {
      const way = this.dialog.querySelector(`a[rel="${rel}"]`);
      if (way) way.hidden = !this.links[this.index + step];
    }
  }

  made() {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog gallery";
    dialog.setAttribute("aria-label", this.dataset.label ?? "");
    const close = document.createElement("button");
    Object.assign(close, { type: "button", className: "button gallery__close", textContent: this.dataset.close ?? "×" });
    const content = document.createElement("div");
    content.className = "gallery__content";
    dialog.append(content, close);
    const { signal } = this.ending;
    close.addEventListener("click", () => dialog.close(), { signal });
    dialog.addEventListener("close", () => this.closed(), { signal });
    dialog.addEventListener("keydown", (event) => this.pressed(event), { signal });
    dialog.addEventListener("click", (event) => this.went(event), { signal });
    document.body.append(dialog);
    return dialog;
  }

  // a sound stops, and the focus is where it was
  closed() {
    this.dialog.querySelector(".gallery__content").replaceChildren();
    this.opener?.focus();
  }

  pressed(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.target.closest("audio, [tabindex='0']")) return;
    event.preventDefault();
    event.stopPropagation();
    this.show(this.index + step);
  }

  went(event) {
    const way = event.target.closest('a[rel="prev"], a[rel="next"]');
    if (way) {
      event.preventDefault();
      this.show(this.index + (way.rel === "next" ? 1 : -1));
    } else if (event.target === this.dialog) {
      this.dialog.close();
    }
  }
}

customElements.define("file-gallery", FileGallery);
