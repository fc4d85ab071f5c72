// <row-drag data-one data-many> in a list: its rows, those selected with the one that is
// taken, are dragged to a folder of the tree ([data-folder]). The keyboard's way is the
// dialog of folder-choice.js.
const KIND = "application/x-messages";

class RowDrag extends HTMLElement {
  connectedCallback() {
    this.list = this.closest("message-list");
    this.ending = new AbortController();
    // htmx parks what has an id elsewhere while it compares
    if (!this.list) return;
    const { signal } = this.ending;
    this.list.addEventListener("dragstart", (event) => this.started(event), { signal });
    document.addEventListener("dragover", (event) => this.over(event), { signal });
    document.addEventListener("drop", (event) => this.dropped(event), { signal });
    document.addEventListener("dragend", () => this.ended(), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  started(event) {
    const box = event.target.closest?.(".row")?.querySelector("[name=uid]");
    if (!box) return;
    const checked = [...this.list.querySelectorAll('.row [name="uid"]:checked')];
    this.boxes = checked.includes(box) ? checked : [box];
    const data = event.dataTransfer;
    // not the address of the link: dropped elsewhere, the page stays
    data.clearData();
    data.setData(KIND, String(this.boxes.length));
    data.effectAllowed = "move";
    data.setDragImage(this.picture(), -12, -8);
  }

  picture() {
    const count = this.boxes.length;
    this.textContent = count === 1 ? this.dataset.one : this.dataset.many.replace("%s", count);
    return this;
  }

  folderAt({ target }) {
    if (!this.boxes) return null;
    return target.closest?.("[data-folder]");
  }

  over(event) {
    const folder = this.folderAt(event);
    if (folder !== this.folder) this.folder?.classList.remove("is-dropping");
    this.folder = folder;
    if (!folder || folder.getAttribute("aria-current") === "page") return;
    event.preventDefault();
    folder.classList.add("is-dropping");
  }

  dropped(event) {
    const folder = this.folderAt(event);
    if (!folder) return;
    event.preventDefault();
    const detail = { folder: folder.dataset.folder, boxes: this.boxes };
    this.list.dispatchEvent(new CustomEvent("rows:move", { detail }));
    this.ended();
  }

  ended() {
    this.folder?.classList.remove("is-dropping");
    this.folder = this.boxes = null;
    this.textContent = "";
  }
}

customElements.define("row-drag", RowDrag);
