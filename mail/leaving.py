"""Leaving: the stored message as it goes to its recipients."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from convergence.errors import MessageMissing
from mail import headers
from mail.imap.opening import open_box
from mail.messages import SEEN
from mail.models import Outgoing
from mail.store import Store

logger = logging.getLogger(__name__)
# a field, with the lines that continue it
_FIELD = rb"^%b:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*(?:\r\n|\Z)"
_BCC, _DATE, _NAMED = (
    re.compile(_FIELD % name, re.IGNORECASE | re.MULTILINE)
    for name in (b"bcc", b"date", b"(?:to|cc)")
)
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Leaving:
    """`message` is what the recipients get; `copy` what is to take the place of what
    lies in Programmés, empty when that is of the right hour."""

    message: bytes
    copy: bytes = b""


def prepared(row: Outgoing) -> Leaving:
    """What lies in Programmés, of the hour that was chosen for it. Raises
    MessageMissing when somebody removed it."""
    with open_box(row.mailbox) as store:
        message = _stored(store, store.special("scheduled"), row.message_id)
    if not row.scheduled or _date(message) == row.due_at.replace(microsecond=0):
        return Leaving(without_bcc(message))
    # put off, or sent before its hour
    copy = dated(message, row.due_at)
    return Leaving(without_bcc(copy), copy)


def redate(row: Outgoing, copy: bytes) -> None:
    """So that the copy in Envoyés says what the recipients read. Of a claimed row only:
    nobody else moves its copy then. A full mailbox, or whatever else goes wrong, keeps
    no message from leaving."""
    try:
        with open_box(row.mailbox) as store:
            folder = store.special("scheduled")
            if uids := store.find(folder, row.message_id):
                store.replace(folder, copy, (SEEN,), uids)
    except Exception as error:
        logger.warning("copy not dated", extra={"cause": type(error).__name__})


def _stored(store: Store, folder: str, message_id: str) -> bytes:
    for last in (False, True):
        uids = store.find(folder, message_id)
        if not uids:
            break
        try:
            with store.source(folder, uids[-1]) as (_size, pieces):
                return b"".join(pieces)
        except MessageMissing:
            # another worker has just put one of another date in its place
            if last:
                raise
    raise MessageMissing(_("Le message a été retiré du dossier Programmés."))


def _date(message: bytes) -> datetime | None:
    found = _DATE.search(message.partition(_END)[0])
    return headers.date(found[0].partition(b":")[2]) if found else None


def dated(message: bytes, at: datetime) -> bytes:
    """The same of another hour: what was written on Sunday to leave on Monday is of
    Monday."""
    head, separator, body = message.partition(_END)
    date = f"Date: {format_datetime(timezone.localtime(at))}\r\n".encode("ascii")
    found = _DATE.sub(lambda _old: date, head, count=1)
    return found.rstrip(b"\r\n") + separator + body


def without_bcc(message: bytes) -> bytes:
    """The bytes that leave: the Bcc field removed from the header, and when nobody else
    is named that is said, because filters mistrust a header without To. Everything else
    is untouched."""
    head, separator, body = message.partition(_END)
    kept = _BCC.sub(b"", head).rstrip(b"\r\n")
    if kept != head and not _NAMED.search(kept):
        kept += b"\r\nTo: undisclosed-recipients:;"
    return kept + separator + body
