"""Importing: messages that were kept as files (.eml), put into a folder as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from convergence.errors import ConvergenceError, InputRefused
from mail import undoing
from mail.messages import SEEN, Moved
from mail.store import Store

FILES_MAX = 100
_NAME_MAX = 120
# one of these, or it is no message; a list of fields that some program makes up is none
_TELLING = ("from", "date", "message-id", "received", "subject")
_HEADER_MAX = 256 * 1024
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_LINE = re.compile(rb"\r\n|\r|\n")
# what mail programs write above a message that they keep
_MBOX = re.compile(rb"(?:\xef\xbb\xbf)?>?From [^\r\n]*\r?\n")


class NoLetter(InputRefused):
    message = gettext_lazy("ce n’est pas un message (.eml).")


@dataclass(frozen=True, slots=True)
class Imported:
    """How many are in the folder, what the others were refused for, and the token that
    takes them back: to the trash, because nothing else has them perhaps."""

    count: int
    refused: tuple[str, ...]
    token: str


def add(
    store: Store, folder: str, files: Iterable[tuple[str, bytes]], before: str = ""
) -> Imported:
    """Append each (name, content) that is a message, with the date that it has. The
    token of `before` is gone on with. Raises OverQuota and what else the server says,
    when not one of them is stored."""
    steps = undoing.read(before, store.address) if before else []
    refused: list[str] = []
    uids: list[int] = []
    for name, data in files:
        try:
            uids.append(_appended(store, folder, data))
        except ConvergenceError as error:
            # a server that refuses the first one refuses them all
            if not uids and not isinstance(error, NoLetter):
                raise
            refused.append(f"{name[:_NAME_MAX]} : {error}")
    if told := [uid for uid in uids if uid]:
        steps += undoing.packed([_taken_back(store, folder, told)])
    token = undoing.signed(store.address, steps) if steps else ""
    return Imported(len(uids), tuple(refused), token)


def _taken_back(store: Store, folder: str, uids: list[int]) -> Moved:
    validity = store.message(folder, uids[0]).uidvalidity
    return Moved(store.special("trash"), folder, (), tuple(uids), validity)


def _appended(store: Store, folder: str, data: bytes) -> int:
    message = checked(data)
    return store.append(folder, message, (SEEN,), date_of(message))


def checked(data: bytes) -> bytes:
    """The message as a server stores it (CRLF, RFC 5322). Raises NoLetter."""
    if not data:
        raise NoLetter(_("ce fichier est vide."))
    if len(data) > settings.MESSAGE_MAX_BYTES:
        raise NoLetter(_("ce message est trop volumineux."))
    data = _MBOX.sub(b"", data, count=1)
    head = data[:_HEADER_MAX]
    if b"\0" in data or not _FIELD.match(head):
        raise NoLetter
    header = BytesHeaderParser().parsebytes(head)
    if not any(name in header for name in _TELLING):
        raise NoLetter
    return _LINE.sub(b"\r\n", data)


def date_of(message: bytes) -> datetime | None:
    """When it was sent, if it says so and that is possible: where a list puts it."""
    header = BytesHeaderParser().parsebytes(message[:_HEADER_MAX])
    try:
        date = parsedate_to_datetime(str(header.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return date if 1980 <= date.year < 2100 else None
