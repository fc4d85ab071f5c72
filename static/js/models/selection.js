// A selection of rows in their order, without the page: where a range begins, what it
// holds. `ids` are all the rows of now; what has left is forgotten.
export class Selection {
  anchor = null;

  // one row alone becomes where the next range begins
  begin(id) {
    this.anchor = id;
  }

  // the rows from the anchor to `id`, both with it
  range(ids, id) {
    const [from, to] = [ids.indexOf(this.anchor), ids.indexOf(id)].sort((a, b) => a - b);
    if (to < 0) return [];
    return from < 0 ? [id] : ids.slice(from, to + 1);
  }

  // which row has the focus when those of `leaving` are gone: the next, else the last
  static after(ids, leaving) {
    const gone = new Set(leaving);
    const at = ids.findIndex((id) => gone.has(id));
    if (at < 0) return null;
    const left = (id) => !gone.has(id);
    return ids.slice(at).find(left) ?? ids.slice(0, at).findLast(left) ?? null;
  }
}
