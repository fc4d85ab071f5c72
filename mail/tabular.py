"""Tables that people export from their spreadsheets: bytes → addresses with fields.

Whatever separates the columns, in UTF-8 or as Excel writes it. A cell is text and
nothing more: nothing is ever computed from it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from convergence.comparing import folded
from convergence.errors import InputRefused
from mail import recipients
from mail.headers import UNSAFE

BYTES_MAX = 2 * 1024 * 1024
COLUMNS_MAX, CELL_MAX = 40, 500
_SEPARATORS = ";\t,"
_NAME_MAX = 40
# how the columns of names are called, folded
_GIVEN, _SURNAME, _WHOLE = (
    {"prenom", "prenom_usuel", "given_name", "first_name", "firstname"},
    {"nom", "nom_usuel", "nom_de_famille", "surname", "last_name", "lastname"},
    {"nom_complet", "nom_prenom", "prenom_nom", "destinataire", "name"},
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a table: `fields` by the name of the variable."""

    address: str
    name: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """`refused`: the numbers of the lines without a good address."""

    columns: tuple[str, ...]
    entries: tuple[Entry, ...]
    refused: tuple[int, ...]


def read(data: bytes) -> Table:
    """Raises InputRefused with the sentence to tell."""
    if len(data) > BYTES_MAX:
        raise InputRefused(_("Ce fichier est trop grand : 2 Mo au plus."))
    lines = _lines(_decoded(data))
    if not lines:
        raise InputRefused(_("Ce fichier est vide."))
    column = _column_of_addresses(lines)
    if column is None:
        raise InputRefused(_("Aucune adresse n’a été trouvée dans ce fichier."))
    # a heading holds no address
    headed = _address(lines[0][1], column) is None
    names = _names(lines[0][1] if headed else (), max(len(r) for _n, r in lines))
    body = lines[1:] if headed else lines
    if len(body) > settings.INDIVIDUAL_MAX:
        text = _("%(limit)s destinataires au plus dans un envoi individuel.")
        raise InputRefused(text % {"limit": settings.INDIVIDUAL_MAX})
    good = [_entry(row, names, column) for _number, row in body]
    refused = [n for (n, _row), entry in zip(body, good, strict=True) if entry is None]
    return Table(names, tuple(e for e in good if e), tuple(refused))


def variable(heading: str) -> str:
    """A heading as the name of a variable: «Prénom usuel» → prenom_usuel."""
    name = re.sub(r"\W+", "_", folded(heading)).strip("_")[:_NAME_MAX]
    return f"colonne_{name}" if name[:1].isdigit() else name


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """(number, cells) of the lines that hold something."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    found = []
    try:
        for cells in reader:
            row = [_cell(cell) for cell in cells[:COLUMNS_MAX]]
            if any(row):
                found.append((reader.line_num, row))
            if len(found) > settings.INDIVIDUAL_MAX + 1:
                break
    except csv.Error as error:
        raise InputRefused(_("Ce fichier n’est pas un tableau lisible.")) from error
    return found


def _separator(text: str) -> str:
    """Of those that may be meant the one that the first line has most of."""
    first = text.lstrip().partition("\n")[0]
    bare = re.sub(r'"[^"]*"', "", first)
    return max(_SEPARATORS, key=bare.count)


def _cell(cell: str) -> str:
    return " ".join(UNSAFE.sub(" ", cell[: CELL_MAX * 2]).split())[:CELL_MAX]


def _address(row: Sequence[str], column: int) -> str | None:
    return recipients.normal(row[column]) if column < len(row) else None


def _column_of_addresses(lines: Sequence[tuple[int, list[str]]]) -> int | None:
    """The one with most good addresses in the first hundred lines."""
    counts = [
        sum(_address(row, column) is not None for _n, row in lines[:100])
        for column in range(COLUMNS_MAX)
    ]
    best = max(counts)
    return counts.index(best) if best else None


def _names(heading: Sequence[str], width: int) -> tuple[str, ...]:
    names: list[str] = []
    for number in range(width):
        name = variable(heading[number]) if number < len(heading) else ""
        if not name or name in names:
            name = f"colonne_{number + 1}"
        names.append(name)
    return tuple(names)


def _entry(row: list[str], names: Sequence[str], column: int) -> Entry | None:
    address = _address(row, column)
    if address is None:
        return None
    fields = {n: value for n, value in zip(names, row, strict=False) if value}
    return Entry(address, _name(fields), fields)


def _name(fields: dict[str, str]) -> str:
    """The name to write on the envelope, from the columns that look like one."""

    def of(known: set[str]) -> str:
        return next((v for name, v in fields.items() if name in known), "")

    whole = of(_WHOLE) or " ".join(filter(None, (of(_GIVEN), of(_SURNAME))))
    return "" if "@" in whole else whole[:200]
