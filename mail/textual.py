"""The text of the HTML that our users write, for readers that show only text: lists,
links, quotations and tables stay what they are (RFC 2046 §5.1.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mail import bounds, safehtml
from mail.bounds import Node

_BLOCKS = frozenset(
    (
        "address article blockquote center dd div dl dt fieldset figcaption figure "
        "footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody "
        "td tfoot th thead tr ul"
    ).split()
)
# with an empty line around them
_APART = frozenset("p ul ol h1 h2 h3 h4 h5 h6 pre table blockquote hr".split())
_SILENT = frozenset("script style title template head".split())
_RULE = "_" * 24
_ROW_MAX = 76
# five calls a level
_DEPTH_MAX = 100
_CELL_MAX = 40
_SPACES = re.compile(r"[ \t\r\n\f]+")


def text_of(html: str) -> str:
    """The text; of what the guard refuses, the words at least."""
    extent = bounds.measured(html)
    if extent is None or extent.depth > _DEPTH_MAX:
        return safehtml.text_of(html)
    body = bounds.parsed(html).body
    return "\n".join(_Block().of(body)).strip("\n") if body else ""


class _Block:
    """The lines of one element; `_run` is the line that is being written."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._run: list[str] = []

    def of(self, node: Node) -> list[str]:
        self._children(node)
        self._end()
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        return self.lines

    def _children(self, node: Node) -> None:
        for child in node.iter(include_text=True):
            self._child(child)

    def _child(self, node: Node) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self._run.append(_SPACES.sub(" ", node.text(deep=False)))
        elif tag == "br":
            self._break()
        elif tag in _BLOCKS:
            self._block(node, tag)
        elif tag == "a":
            self._run.append(_link(node))
        elif tag == "img":
            self._run.append(_picture(node))
        elif tag not in _SILENT:
            self._children(node)

    def _break(self) -> None:
        self.lines.append(_joined(self._run))
        self._run = []

    def _end(self) -> None:
        if line := _joined(self._run):
            self.lines.append(line)
        self._run = []

    def _block(self, node: Node, tag: str) -> None:
        self._end()
        lines = _MAKERS.get(tag, _plain)(node)
        if tag in _APART and self.lines and self.lines[-1] and lines:
            self.lines.append("")
        self.lines += lines
        if tag in _APART and lines:
            self.lines.append("")


def _joined(run: list[str]) -> str:
    return _SPACES.sub(" ", "".join(run)).strip(" ")


def _plain(node: Node) -> list[str]:
    # an empty line of the editor is <div><br></div>
    return _Block().of(node) or ([""] if node.css_first("br") else [])


def _link(node: Node) -> str:
    text = _joined(_Block().of(node))
    address = (node.attributes.get("href") or "").strip()
    bare = re.sub(r"^(?:mailto:|tel:|https?://)", "", address).rstrip("/")
    if not address or text.rstrip("/") in {bare, address.rstrip("/")}:
        return text
    return f"{text} <{address}>" if text else address


def _picture(node: Node) -> str:
    name = _joined([node.attributes.get("alt") or ""])
    return f"[{name}]" if name else ""


def _quoted(node: Node) -> list[str]:
    return [_marked(line) for line in _Block().of(node)]


def _marked(line: str) -> str:
    return f">{line}" if line.startswith(">") else f"> {line}".rstrip()


def _listed(node: Node) -> list[str]:
    marks = _numbers(node) if node.tag == "ol" else iter(lambda: "- ", "")
    lines: list[str] = []
    for item in node.iter():
        written = _Block().of(item)
        # Squire and others put a list into a list, without an item around it
        mark = "  " if item.tag in {"ul", "ol"} else next(marks)
        written = _listed(item) if item.tag in {"ul", "ol"} else written
        indent = " " * len(mark)
        for n, line in enumerate(line for line in written if line):
            first = n == 0 and mark.strip()
            lines.append((mark if first else indent) + line)
    return lines


def _numbers(node: Node) -> Iterator[str]:
    start = node.attributes.get("start") or ""
    number = int(start) if start.isascii() and start.isdigit() else 1
    while True:
        yield f"{number}. "
        number += 1


def _kept(node: Node) -> list[str]:
    return [line.rstrip() for line in node.text().strip("\n").splitlines()]


@dataclass(frozen=True, slots=True)
class _Cells:
    """A table row by row, each cell as its lines."""

    rows: list[list[list[str]]]

    @property
    def is_data(self) -> bool:
        """Not one that only makes a layout: short cells of one line, in columns."""
        cells = [cell for row in self.rows for cell in row]
        short = all(len(c) < 2 and len("".join(c)) <= _CELL_MAX for c in cells)
        return short and max(map(len, self.rows), default=0) > 1


def _tabled(node: Node) -> list[str]:
    cells = _Cells([[_Block().of(c) for c in _within(row)] for row in _rows(node)])
    if cells.is_data:
        return _columns([["".join(c) for c in row] for row in cells.rows])
    return [line for row in cells.rows for cell in row for line in cell]


def _rows(node: Node) -> Iterator[Node]:
    for child in node.iter():
        if child.tag == "tr":
            yield child
        elif child.tag in {"tbody", "thead", "tfoot"}:
            yield from _rows(child)


def _within(row: Node) -> list[Node]:
    return [cell for cell in row.iter() if cell.tag in {"td", "th"}]


def _columns(rows: list[list[str]]) -> list[str]:
    """Under each other where that fits into a line of mail."""
    count = max(map(len, rows))
    widths = [max(len(r[n]) if n < len(r) else 0 for r in rows) for n in range(count)]
    if sum(widths) + 3 * (count - 1) > _ROW_MAX:
        widths = [0] * count
    return [
        " | ".join(f"{cell:<{widths[n]}}" for n, cell in enumerate(row)).rstrip()
        for row in rows
    ]


_MAKERS: dict[str, Callable[[Node], list[str]]] = {
    "blockquote": _quoted,
    "ul": _listed,
    "ol": _listed,
    "pre": _kept,
    "table": _tabled,
    "hr": lambda _node: [_RULE],
}
