"""Who has answered a message. Headers are compared here: a full-text index drops words
of identifiers, and finds a Message-ID inside another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from mail import headers
from mail.imap import guard
from mail.imap.connection import SLOW, Connection
from mail.imap.parse import fetches, slice_from_end
from mail.imap.searching import found_by
from mail.messages import Address

STEP = 500
EXAMINED_MAX = 50_000
_ITEMS = (
    b"BODY.PEEK[HEADER.FIELDS (FROM IN-REPLY-TO REFERENCES AUTO-SUBMITTED)]<0.32768>"
)


def answers(
    connection: Connection, folder: str, message_id: str, since: date
) -> tuple[Address, ...]:
    """The senders of what names this message, received since this day; the newest
    EXAMINED_MAX messages are looked at."""
    guard.text(message_id)
    runs = found_by(connection, folder, (b"UID SEARCH SINCE " + guard.day(since),))
    uids = slice_from_end(runs, 0, EXAMINED_MAX)[::-1]
    return tuple(
        sender
        for at in range(0, len(uids), STEP)
        for sender in _senders(connection, uids[at : at + STEP], message_id)
    )


def _senders(
    connection: Connection, uids: list[int], message_id: str
) -> Iterator[Address]:
    command = b"UID FETCH %b (UID %b)" % (guard.uid_set(uids), _ITEMS)
    [answer] = connection.run(command, patience=SLOW)
    for _number, items in fetches(answer.untagged):
        if (sender := _answering(items, message_id)) is not None:
            yield sender


def _answering(items: dict[bytes, Any], message_id: str) -> Address | None:
    raw = items.get(b"BODY[HEADER.FIELDS]") or b""
    # most are about something else: their header is not even parsed
    if message_id.encode() not in raw:
        return None
    fields = headers.split(raw)
    named = (headers.first(fields, name) for name in ("in-reply-to", "references"))
    if not any(message_id in headers.message_ids(value) for value in named):
        return None
    # RFC 3834: a person's own message says nothing, or "no"
    if b"auto-" in headers.first(fields, "auto-submitted").lower():
        return None
    found = headers.addresses(headers.first(fields, "from")[:20_000])
    return next(iter(found), headers.NO_ADDRESS)
