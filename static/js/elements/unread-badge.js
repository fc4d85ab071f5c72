// <unread-badge data-count hidden> in the tree of folders: how many messages of the inbox
// are unread, told by the title of the page and by its icon in the browser's tabs.
const SIZE = 32;
const MOST = 99;

class UnreadBadge extends HTMLElement {
  static observedAttributes = ["data-count"];

  connectedCallback() {
    this.observer = new MutationObserver(() => this.entitle());
    this.observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    this.tell();
  }

  disconnectedCallback() {
    this.observer.disconnect();
  }

  attributeChangedCallback() {
    if (this.isConnected && this.observer) this.tell();
  }

  get count() {
    return Number(this.dataset.count) || 0;
  }

  tell() {
    this.entitle();
    this.draw();
  }

  entitle() {
    const bare = document.title.replace(/^\(\d+\) /, "");
    const wanted = this.count ? `(${this.count}) ${bare}` : bare;
    if (document.title !== wanted) document.title = wanted;
  }

  async draw() {
    const link = document.querySelector('link[rel="icon"]');
    const count = String(this.count);
    if (!link || link.dataset.count === count) return;
    link.dataset.plain ??= link.href;
    link.dataset.count = count;
    const href = this.count ? await this.picture(link.dataset.plain, this.count) : link.dataset.plain;
    // another count may have been told while this one was drawn
    if (link.dataset.count === count) link.href = href;
  }

  async picture(plain, count) {
    const image = new Image();
    image.src = plain;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0, SIZE, SIZE);
    pen.fillStyle = "#c2141b";
    pen.beginPath();
    pen.roundRect(10, 14, 22, 18, 9);
    pen.fill();
    pen.fillStyle = "#fff";
    pen.font = "bold 15px sans-serif";
    pen.textAlign = "center";
    pen.fillText(count > MOST ? `${MOST}+` : count, 21, 28.5, 20);
    return canvas.toDataURL();
  }
}

customElements.define("unread-badge", UnreadBadge);
