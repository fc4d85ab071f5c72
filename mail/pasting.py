"""Lists of people as they are pasted: from mail clients, spreadsheets, web pages.

static/js/models/address-list.js reads them in the same way
(tests/letters/pasted.json): without script, the server does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mail import headers
from mail.messages import Address

_LINE = re.compile(r"\r?\n")
# what semicolons separate, but for those in quotation marks
_SEGMENT = re.compile(r'(?:"(?:[^"\\]++|\\.)*+"|[^;"]++|")++', re.DOTALL)
# as links say it, and as Outlook writes it behind a name
_MAILTO = re.compile(r"[\[<]?mailto:([^\s\[\]<>?,;]*)(?:\?[^\s\[\]<>,;]*)?[\]>]?", re.I)
# a comma that was forgotten behind an address
_FORGOTTEN = re.compile(r">[ \t]+(?=[^\s,;<>(])")
_OPEN = re.compile(r"<([^<>,;]*)(?=[,;]|\Z)")
# without brackets each address ends a person
_ENDED = re.compile(r"(?<![^\s,;])([^\s,;@]{1,320}@[^\s,;@]{1,320})[ \t]+(?=[^\s,;])")
_ADDRESS = re.compile(
    r'(?<![^\s<>,;:()\[\]"@])[^\s<>,;:()\[\]"@]{1,320}@[^\s<>,;:()\[\]"?@]{1,320}'
)
_QUOTES = "'’‘“”«» \u00a0"


def people(text: str) -> Iterator[Address]:
    """Everybody in the text, in order; what is no address comes as a name alone, or as
    an address that is none."""
    lines = [line for line in _LINE.split(_linked(text)) if line.strip(" \t,;")]
    is_table = len(lines) > 1
    if is_table and _is_head(lines):
        del lines[0]
    for line in lines:
        if (row := _row(line, is_table)) is not None:
            yield row
        else:
            for cell in line.split("\t"):
                for segment in _SEGMENT.findall(cell):
                    yield from _listed(segment)


def addresses(text: str) -> list[str]:
    """Whatever looks like an address in a text, wherever it stands in it."""
    spaced = re.sub(r"\s", " ", _linked(text).replace("\\", ""))
    plain = headers.UNSAFE.sub("", spaced)
    return [word.strip(_QUOTES) for word in _ADDRESS.findall(plain)]


def _linked(text: str) -> str:
    return _MAILTO.sub(r"<\1>", text) if "mailto:" in text.lower() else text


def _is_head(lines: list[str]) -> bool:
    """The names of the columns: the one line of a table without an address."""
    has_columns = re.search(r"[\t;]", lines[0]) is not None
    return has_columns and "@" not in lines[0] and all("@" in n for n in lines[1:])


def _row(line: str, is_table: bool) -> Address | None:
    """A row with one address among its cells: the others are the name."""
    mark = "\t" if "\t" in line else ";" if is_table else ""
    cells = [cell.strip() for cell in line.split(mark)] if mark else []
    addresses = [cell for cell in cells if "@" in cell]
    if len(addresses) != 1 or re.search(r"[\s<>,;]", addresses[0]):
        return None
    name = " ".join(cell.strip('"') for cell in cells if cell and "@" not in cell)
    if not name:
        return None
    # cleaned as a name that stands in a field
    [cleaned] = headers.addresses(f"{_quoted(name)} <{addresses[0]}>")[:1]
    return cleaned


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _listed(segment: str) -> Iterator[Address]:
    words = segment.replace(",", " ").split()
    if all("@" in word.strip("@") and "<" not in word for word in words):
        yield from (Address("", word.strip(_QUOTES)) for word in words)
        return
    if '"@' in segment:
        # RFC 5321 knows «"a b"@c.test»; to read the half of it names somebody else
        yield Address("", "".join(segment.split()))
        return
    segment = _mended(segment)
    before = ""
    for found in headers.addresses(segment):
        if not found.email:
            # «DURAND, Lucie <l@d>»: a name that has a comma
            if before:
                yield Address(before, "")
            before = found.name
        elif before and found.name:
            yield Address(f"{before}, {found.name}", found.email)
            before = ""
        else:
            if before:
                yield Address(before, "")
            before = ""
            yield Address(found.name, found.email.strip(_QUOTES))
    if before:
        yield Address(before, "")


def _mended(segment: str) -> str:
    """With what was forgotten: brackets that are not closed, commas."""
    if segment.count("(") != segment.count(")"):
        segment = segment.replace("(", " ").replace(")", " ")
    if '"' in segment:
        return segment
    if "<" in segment:
        return _FORGOTTEN.sub(">, ", _OPEN.sub(r"<\1>", segment))
    return segment if "(" in segment else _ENDED.sub(r"\1, ", segment)
