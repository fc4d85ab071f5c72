// <row-departures> in a list: rows that leave are gone at once and back after an error; the
// focus goes on to the next row, or stays with the message that is still open. Several acts
// may be under way: an answer that still holds what a later one takes away does not bring
// it back.
import { isBeside } from "#lib/swaps.js";
import { Selection } from "#models/selection.js";

const LEAVING = "[data-leaves], [name=to]";

class RowDepartures extends HTMLElement {
  gone = new Set();
  forms = [];

  connectedCallback() {
    this.list = this.closest("message-list");
    this.ending = new AbortController();
    // htmx parks what has an id elsewhere while it compares
    if (!this.list) return;
    const { signal } = this.ending;
    document.addEventListener("submit", (event) => this.began(event), { signal });
    document.addEventListener("htmx:response:error", () => this.failed(), { signal });
    document.addEventListener("htmx:after:swap", (event) => this.show(isBeside(event)), { signal });
    document.addEventListener("htmx:finally:request", (event) => this.ended(event), { signal });
  }

  disconnectedCallback() {
    this.ending.abort();
  }

  began({ target: form, submitter }) {
    if (!form.matches('[hx-target="#list"]')) return;
    this.refocus = form.closest("#reader, #list")?.id;
    if (!submitter?.matches(LEAVING)) return;
    const uids = new Set(new FormData(form).getAll("uid"));
    const leaving = this.list.rows.filter((row) => uids.has(row.querySelector("[name=uid]")?.value)).map((row) => row.id);
    const ids = this.list.rows.map((row) => row.id);
    this.list.at = Selection.after(ids, leaving) ?? this.list.at;
    for (const id of leaving) this.gone.add(id);
    this.forms.push(form);
    const inside = this.list.contains(document.activeElement);
    this.show();
    // a button that is about to vanish must not take the focus with it
    if (inside) this.list.focusRow();
  }

  ended({ target: form }) {
    const at = this.forms.indexOf(form);
    if (at >= 0) {
      this.forms.splice(at, 1);
      if (!this.forms.length) this.gone.clear();
      this.show();
    }
    // a focus that is lost later was not taken by an act on the list
    if (!this.forms.length && form.matches?.('[hx-target="#list"]')) this.refocus = "";
  }

  failed() {
    this.forms = [];
    this.gone.clear();
    this.show();
  }

  show(beside = false) {
    for (const row of beside ? [] : this.list.querySelectorAll(".row")) {
      row.classList.toggle("row--leaving", this.gone.has(row.id));
    }
    if (!this.refocus || document.activeElement !== document.body) return;
    const subject = this.refocus === "reader" && document.querySelector("#reader .reader__subject");
    this.refocus = "";
    if (subject) subject.focus({ preventScroll: true });
    else this.list.focusRow();
  }
}

customElements.define("row-departures", RowDepartures);
