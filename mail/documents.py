"""The text of office documents (ODF, OOXML), by zipfile and expat within bounds.

Nothing is followed, run or unfolded: no relation, macro, field or entity; a document
type declaration ends the reading. What a zip claims is not believed: the octets are
counted as they come.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from convergence.errors import InputRefused

ENTRIES_MAX = 5_000
XML_MAX = 12 * 1024 * 1024
ELEMENTS_MAX = 400_000
CHARACTERS_MAX = 200_000
LINES_MAX = 5_000
SHEETS_MAX = 20
_PIECE = 64 * 1024
_ENTRY = b"PK\x01\x02"
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_SHEET = re.compile(r"xl/worksheets/sheet(\d{1,4})\.xml")
_SLIDE = re.compile(r"ppt/slides/slide(\d{1,4})\.xml")
# what zipfile, zlib and expat raise on broken files
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
    MemoryError,
)

Line = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """The lines of a document; of a sheet each has its cells. `truncated`: there is
    more than is shown."""

    lines: tuple[Line, ...]
    truncated: bool = False

    @property
    def is_table(self) -> bool:
        return any(len(line) > 1 for line in self.lines)


class _Enough(Exception):
    """The bounds are reached: what was read is shown."""


@dataclass
class _Reading:
    """What one document may still cost."""

    archive: zipfile.ZipFile
    octets: int = XML_MAX
    elements: int = ELEMENTS_MAX
    characters: int = CHARACTERS_MAX
    lines: list[Line] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        self.characters -= sum(len(cell) for cell in cells)
        if self.characters < 0 or len(self.lines) >= LINES_MAX:
            raise _Enough
        self.lines.append(cells)

    def parse(self, name: str, start: _Start, end: _End, data: _Data) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._counted(start)
        parser.EndElementHandler = lambda tag: end(_local(tag))
        parser.CharacterDataHandler = data
        parser.StartDoctypeDeclHandler = _refuse
        for piece in self._pieces(name):
            parser.Parse(piece, False)
        parser.Parse(b"", True)

    def _counted(self, start: _Start) -> Callable[[str, dict[str, str]], None]:
        def counted(tag: str, attributes: dict[str, str]) -> None:
            self.elements -= 1
            if self.elements < 0:
                raise _Enough
            start(_local(tag), {_local(k): v for k, v in attributes.items()})

        return counted

    def _pieces(self, name: str) -> Iterator[bytes]:
        info = self.archive.getinfo(name)
        # zipfile unpacks the other methods without a limit for each reading
        if info.compress_type not in _METHODS:
            raise InputRefused
        with self.archive.open(info) as entry:
            while piece := entry.read(_PIECE):
                self.octets -= len(piece)
                if self.octets < 0:
                    raise _Enough
                yield piece


_Start = Callable[[str, dict[str, str]], None]
_End = Callable[[str], None]
_Data = Callable[[str], None]


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse(*_declared: object) -> None:
    raise InputRefused


def text_of(data: bytes) -> Text:
    """The text of a document. Raises InputRefused for what is none, or is made to
    harm."""
    # the directory of a zip is read whole: its entries are counted before
    if data.count(_ENTRY) > ENTRIES_MAX:
        raise InputRefused
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive)
    except _BROKEN as error:
        raise InputRefused from error


def _read(archive: zipfile.ZipFile) -> Text:
    names = set(archive.namelist())
    reading = _Reading(archive)
    try:
        if "word/document.xml" in names:
            _paragraphs(reading, "word/document.xml")
        elif "xl/workbook.xml" in names:
            _workbook(reading, names)
        elif slides := _numbered(names, _SLIDE):
            for name in slides:
                _paragraphs(reading, name)
        elif "content.xml" in names:
            _open_document(reading)
        else:
            raise InputRefused
    except _Enough:
        return Text(tuple(reading.lines), truncated=True)
    return Text(tuple(reading.lines))


def _numbered(names: set[str], pattern: re.Pattern[str]) -> list[str]:
    found = [
        (int(match[1]), name) for name in names if (match := pattern.fullmatch(name))
    ]
    return [name for _number, name in sorted(found)]


def _paragraphs(reading: _Reading, name: str) -> None:
    """Word and PowerPoint: `p` holds runs of `t`."""
    line: list[str] = []
    inside = [False]

    def start(tag: str, attributes: dict[str, str]) -> None:
        inside[0] = tag == "t"
        if tag in {"tab", "br", "cr"} and line:
            line.append("\t" if tag == "tab" else " ")

    def end(tag: str) -> None:
        inside[0] = False
        if tag == "p":
            reading.add("".join(line).strip())
            line.clear()

    def characters(text: str) -> None:
        if inside[0]:
            line.append(text)

    reading.parse(name, start, end, characters)


def _workbook(reading: _Reading, names: set[str]) -> None:
    shared = _shared(reading) if "xl/sharedStrings.xml" in names else []
    for name in _numbered(names, _SHEET)[:SHEETS_MAX]:
        _sheet(reading, name, shared)


def _shared(reading: _Reading) -> list[str]:
    """The texts that cells name by their number."""
    found: list[str] = []
    pieces: list[str] = []
    inside = [False]
    room = [CHARACTERS_MAX * 4]

    def start(tag: str, attributes: dict[str, str]) -> None:
        inside[0] = tag == "t"

    def end(tag: str) -> None:
        inside[0] = False
        if tag == "si":
            found.append("".join(pieces))
            pieces.clear()

    def characters(text: str) -> None:
        if inside[0]:
            room[0] -= len(text)
            if room[0] < 0:
                raise _Enough
            pieces.append(text)

    reading.parse("xl/sharedStrings.xml", start, end, characters)
    return found


def _sheet(reading: _Reading, name: str, shared: list[str]) -> None:
    cells: list[str] = []
    value: list[str] = []
    state = {"type": "", "inside": ""}

    def start(tag: str, attributes: dict[str, str]) -> None:
        state["inside"] = tag if tag in {"v", "t"} else ""
        if tag == "c":
            state["type"] = attributes.get("t", "")
            value.clear()

    def end(tag: str) -> None:
        state["inside"] = ""
        if tag == "c":
            cells.append(_cell("".join(value), state["type"], shared))
        elif tag == "row":
            _add_row(reading, cells)

    def characters(text: str) -> None:
        if state["inside"]:
            value.append(text)

    reading.parse(name, start, end, characters)


def _cell(value: str, kind: str, shared: list[str]) -> str:
    if kind != "s":
        return value
    number = int(value) if value.isdecimal() and len(value) < 9 else len(shared)
    return shared[number] if number < len(shared) else ""


def _add_row(reading: _Reading, cells: list[str]) -> None:
    while cells and not cells[-1].strip():
        cells.pop()
    if cells:
        reading.add(*cells[:100])
        cells.clear()


def _open_document(reading: _Reading) -> None:
    """ODF: text is in `p` and `h`; a sheet has rows of cells around them."""
    line: list[str] = []
    cells: list[str] = []
    depth = {"p": 0, "table-cell": 0}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag in {"p", "h"}:
            depth["p"] += 1
        elif tag == "table-cell":
            depth["table-cell"] += 1
        elif tag in {"tab", "s", "line-break"} and depth["p"]:
            line.append("\t" if tag == "tab" else " ")

    def end(tag: str) -> None:
        if tag in {"p", "h"}:
            depth["p"] -= 1
            if not depth["table-cell"]:
                reading.add("".join(line).strip())
                line.clear()
        elif tag == "table-cell":
            depth["table-cell"] -= 1
            cells.append("".join(line).strip())
            line.clear()
        elif tag == "table-row":
            _add_row(reading, cells)

    def characters(text: str) -> None:
        if depth["p"]:
            line.append(text)

    reading.parse("content.xml", start, end, characters)
