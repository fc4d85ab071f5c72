"""Where in a folder something stands, newest first: a message, a day."""

from __future__ import annotations

import re
from datetime import date

from mail.imap import guard
from mail.imap.connection import SLOW, Connection
from mail.imap.fetching import selected, state_of
from mail.imap.parse import count, fetches, number_of, searched

_COUNT = re.compile(rb"\* ESEARCH\b.* COUNT (\d{1,10})", re.IGNORECASE)


def rank(connection: Connection, folder: str, uid: int) -> int:
    """How many messages are newer than this one; 0 when it is not there."""
    command = b"UID FETCH %d (UID)" % guard.uid(uid)
    answer = selected(connection, folder, command)[-1]
    for number, items in fetches(answer.untagged):
        if number_of(items.get(b"UID")) == uid:
            return max(0, state_of(connection).exists - number)
    return 0


def since(connection: Connection, folder: str, day: date) -> int:
    """How many messages were received on this day or later, by the server's calendar
    (RFC 3501 §6.4.4: SINCE disregards time and timezone)."""
    extended = connection.has("ESEARCH")
    head = b"SEARCH RETURN (COUNT) SINCE " if extended else b"SEARCH SINCE "
    command = head + guard.day(day)
    lines = selected(connection, folder, command, patience=SLOW)[-1].untagged
    told = next(filter(None, map(_COUNT.match, lines)), None)
    return int(told[1]) if told else count(searched(lines))
