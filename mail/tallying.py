"""What became of an individual sending, as a table to keep (CSV, RFC 4180).

Written for the spreadsheets of French desktops: UTF-8 with its mark, semicolons, every
cell between quotes. Names and answers come from outside, and a cell is only text: one
that a spreadsheet would compute begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from mail.mailings import Addressee, Mailing
from mail.moments import PARIS

_MARK = "\ufeff"
# full-width ones are signs too for a spreadsheet
_COMPUTED = tuple("=+-@|%＝＋－＠")
_AT_ONCE = 500


def lines(mailing: Mailing) -> Iterator[bytes]:
    """The heading, then each person in the order of the page."""
    heading = (_("Adresse"), _("Nom"), _("Résultat"), _("Réponse du serveur"))
    yield (_MARK + _line((*heading, _("Remarque"), _("Date")))).encode()
    people = mailing.addressees.select_related("outgoing")
    people = people.prefetch_related("outgoing__recipients")
    for person in people.iterator(chunk_size=_AT_ONCE):
        yield _line(_told(person)).encode()


def _told(person: Addressee) -> tuple[str, ...]:
    row = person.outgoing
    if row is None:
        result = (person.get_state_display(), "", person.get_flag_display(), "")
        return (person.address, person.name, *result)
    answers = " ".join(one.said for one in row.recipients.all())
    at = (
        f"{timezone.localtime(row.ended_at, PARIS):%d/%m/%Y %H:%M}"
        if row.ended_at
        else ""
    )
    result = (row.get_state_display(), answers, person.get_flag_display(), at)
    return (person.address, person.name, *result)


def _line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow([safe(cell) for cell in cells])
    return written.getvalue()


def safe(cell: str) -> str:
    """One line of text that no spreadsheet computes."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(cell)).split())
    return f"'{text}" if text.startswith(_COMPUTED) else text
