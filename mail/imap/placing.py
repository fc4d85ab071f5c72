"""Where in a folder something stands, newest first: a message, a day."""

from __future__ import annotations

import re
from datetime import date

from mail.imap import guard
from mail.imap.connection import SLOW, Connection
from mail.imap.fetching import selected, state_of
from mail.imap.parse import fetched, number_of

_COUNT = re.compile(rb"\* ESEARCH\b.* COUNT (\d{1,10})", re.IGNORECASE)
_SEARCHED = re.compile(rb"\* SEARCH\b([ \d]*)", re.IGNORECASE)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def rank(connection: Connection, folder: str, uid: int) -> int:
    """How many messages are newer than this one; 0 when it is not there."""
    command = b"UID FETCH %d (UID)" % guard.uid(uid)
    answer = selected(connection, folder, command)[-1]
    for line in answer.untagged:
        parsed = fetched(line) if b" FETCH (" in line[:32] else None
        if parsed and number_of(parsed[1].get(b"UID")) == uid:
            return max(0, state_of(connection).exists - parsed[0])
    return 0


def since(connection: Connection, folder: str, day: date) -> int:
    """How many messages were received on this day or later, by the server's calendar
    (RFC 3501 §6.4.4: SINCE disregards time and timezone)."""
    extended = connection.has("ESEARCH")
    head = b"SEARCH RETURN (COUNT) SINCE " if extended else b"SEARCH SINCE "
    command = head + spelled(day)
    answer = selected(connection, folder, command, patience=SLOW)[-1]
    for line in answer.untagged:
        if match := _COUNT.match(line):
            return int(match[1])
        if match := _SEARCHED.match(line):
            return len(match[1].split())
    return 0


def spelled(day: date) -> bytes:
    """RFC 3501 `date`, whatever the language of this process."""
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year:04}".encode()
