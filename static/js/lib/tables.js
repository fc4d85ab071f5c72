// Tables in a text that is being written.
const TABLE = "border-collapse:collapse";
const CELL = "border:1px solid #999;padding:4px 8px;min-width:4em";

function cells(name, count) {
  return `<${name} style="${CELL}"><br></${name}>`.repeat(count);
}

function made(rows, columns, head) {
  const first = head ? `<thead><tr>${cells("th", columns)}</tr></thead>` : "";
  const others = `<tr>${cells("td", columns)}</tr>`.repeat(Math.max(1, rows - (head ? 1 : 0)));
  return `<table style="${TABLE}">${first}<tbody>${others}</tbody></table>`;
}

function empty(name) {
  const cell = document.createElement(name);
  cell.setAttribute("style", CELL);
  cell.append(document.createElement("br"));
  return cell;
}

function rowsOf(cell) {
  return [...cell.closest("table").rows];
}

function row(cell) {
  const here = cell.parentElement;
  const more = document.createElement("tr");
  for (const _each of here.cells) more.append(empty("td"));
  const body = cell.closest("table").tBodies[0];
  if (here.parentElement.nodeName === "THEAD" && body) body.prepend(more);
  else here.after(more);
}

function column(cell) {
  const at = cell.cellIndex;
  for (const each of rowsOf(cell)) each.cells[at]?.after(empty(each.cells[at].nodeName));
}

function dropRow(cell) {
  if (rowsOf(cell).length > 1) cell.parentElement.remove();
  else dropTable(cell);
}

function dropColumn(cell) {
  const at = cell.cellIndex;
  if (cell.parentElement.cells.length > 1) for (const each of rowsOf(cell)) each.cells[at]?.remove();
  else dropTable(cell);
}

function dropTable(cell) {
  cell.closest("table").remove();
}

export const tables = { made, row, column, "drop-row": dropRow, "drop-column": dropColumn, "drop-table": dropTable };
