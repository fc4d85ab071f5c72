// <text-pictures> in an <html-editor>: pictures that are pasted, dropped or chosen go to the
// site at once, and into the text under the name that it gives them.
class TextPictures extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    this.editor = this.closest("html-editor");
    this.input = this.querySelector("input");
    this.editor.addEventListener("editor:ready", (event) => this.ready(event.detail), { signal });
    this.editor.addEventListener("picture:wanted", () => this.input.click(), { signal });
    this.input.addEventListener("change", (event) => this.chosen(event), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  ready(formatting) {
    this.formatting = formatting;
    const { squire } = formatting;
    squire.addEventListener("pasteImage", ({ detail }) => this.add(picturesOf(detail.clipboardData.files)));
    squire.addEventListener("willPaste", ({ detail }) => { if (detail.fragment) this.taken(detail.fragment); });
    const paper = squire.getRoot();
    paper.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
    paper.addEventListener("drop", (event) => this.dropped(event), { capture: true });
  }

  // other files are for the form around
  dropped(event) {
    const files = picturesOf(event.dataTransfer.files);
    if (!files.length || files.length < event.dataTransfer.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    this.add(files);
  }

  chosen(event) {
    // not for the form: it would take it for a file to attach
    event.stopPropagation();
    this.add([...this.input.files]);
    this.input.value = "";
  }

  async add(files) {
    for (const file of files) {
      const address = await this.sent(file);
      if (address) this.formatting.picture(address, file.name.replace(/\.\w+$/, ""));
    }
    this.formatting.squire.focus();
  }

  // pictures inside of what is pasted: sent too; those that lie on this computer only go
  taken(fragment) {
    for (const image of fragment.querySelectorAll("img")) {
      const address = image.getAttribute("src") ?? "";
      if (address.startsWith("data:image/")) this.replace(image, address);
      else if (!image.dataset.remote && !address.startsWith(this.editor.dataset.pictures)) image.remove();
    }
  }

  async replace(image, address) {
    const data = await (await fetch(address)).blob();
    const sent = await this.sent(new File([data], "image", { type: data.type }));
    if (sent) image.src = sent;
    else image.remove();
  }

  async sent(file) {
    const { pictures, unreadable } = this.editor.dataset;
    const body = new FormData();
    body.set("image", file);
    body.set("csrfmiddlewaretoken", this.closest("form").elements.csrfmiddlewaretoken.value);
    const told = this.querySelector("[aria-live]");
    told.textContent = this.dataset.sending;
    try {
      const answer = await fetch(pictures, { method: "POST", body });
      told.textContent = answer.ok ? "" : unreadable;
      return answer.ok ? `${pictures}${encodeURIComponent((await answer.json()).name)}/` : "";
    } catch {
      told.textContent = unreadable;
      return "";
    }
  }
}

function picturesOf(files) {
  return [...files].filter((file) => file.type.startsWith("image/"));
}

customElements.define("text-pictures", TextPictures);
