// <auto-dismiss data-seconds="15">: leaves after a while, not while hovered or focused.
class AutoDismiss extends HTMLElement {
  connectedCallback() {
    this.left = Number(this.dataset.seconds || 15);
    this.timer = setInterval(() => this.tick(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  tick() {
    if (this.matches(":hover, :focus-within")) return;
    this.left -= 1;
    if (this.left <= 0) this.remove();
  }
}

customElements.define("auto-dismiss", AutoDismiss);
