"""Searching one folder by UID SEARCH; the whole result is never spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mail.imap import cache, guard
from mail.imap.connection import SLOW, Command, Connection, Literal
from mail.imap.fetching import envelopes, selected, state_of, summaries
from mail.imap.parse import Ranges, count, flag_lines, ranges, slice_from_end
from mail.messages import Listing, Query, Summary

# a command line of some twenty thousand octets is read by every server
_RUNS_MAX = 1_000
# without them a word would be found in the identifiers of a whole folder
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_SEARCHED = re.compile(rb"\* SEARCH\b([ \d]*)", re.IGNORECASE)
_EXTENDED = re.compile(rb"\* ESEARCH\b.* ALL ([\d:,]+)", re.IGNORECASE)


def search(
    connection: Connection, folder: str, query: Query, number: int, size: int
) -> Listing:
    """One page of what matches, newest first (UID SEARCH)."""
    matching = _matching(connection, folder, _command(connection, query))
    total = count(matching)
    number = min(number, max(1, -(-total // size)))
    wanted = slice_from_end(matching, (number - 1) * size, size)
    rows = _rows(connection, folder, wanted) if wanted else ()
    uidvalidity = state_of(connection).uidvalidity
    return Listing(folder, uidvalidity, total, number, size, rows)


def _rows(
    connection: Connection, folder: str, wanted: Sequence[int]
) -> tuple[Summary, ...]:
    command = b"UID FETCH %b (UID FLAGS)" % guard.uid_set(wanted)
    lines = connection.run(command)[0].untagged
    known = set(wanted)
    found = [(uid, raw) for _seq, uid, raw in flag_lines(lines) if uid in known]
    found.sort(reverse=True)
    return summaries(connection, folder, found)


def find(connection: Connection, folder: str, message_id: str) -> tuple[int, ...]:
    """UIDs of the messages with just this Message-ID, brackets included. The server
    finds a part of it too (RFC 3501 §6.4.4): what is found is compared."""
    criterion = _text(message_id)
    if not _MESSAGE_ID.fullmatch(message_id):
        return ()
    command = (b"UID SEARCH HEADER MESSAGE-ID ", criterion)
    found = _matching(connection, folder, command)
    uids = [uid for first, last in found for uid in range(first, last + 1)]
    entries = envelopes(connection, folder, uids)
    return tuple(u for u in uids if _is(entries.get(u), message_id))


def unmark_all(connection: Connection, folder: str, flag: str) -> int:
    """Take a flag off all that have it; the server is told runs, never one by one."""
    name = guard.keyword(flag)
    found = _matching(connection, folder, (b"UID SEARCH KEYWORD " + name,))
    for at in range(0, len(found), _RUNS_MAX):
        runs = b",".join(b"%d:%d" % run for run in found[at : at + _RUNS_MAX])
        command = b"UID STORE %b -FLAGS.SILENT (%b)" % (runs, name)
        connection.run(command, patience=SLOW)
    return count(found)


def _is(entry: cache.Entry | None, message_id: str) -> bool:
    return entry is not None and entry.envelope.message_id == message_id


def _matching(connection: Connection, folder: str, command: Command) -> Ranges:
    """The UIDs in ascending runs."""
    answer = selected(connection, folder, command, patience=SLOW)[0]
    found: Ranges = []
    for line in answer.untagged:
        if match := _EXTENDED.match(line):
            found += ranges(match[1])
        elif match := _SEARCHED.match(line):
            found += ranges(b",".join(match[1].split()))
    return sorted(found)


def _command(connection: Connection, query: Query) -> Command:
    extended = connection.has("ESEARCH")
    head = b"UID SEARCH RETURN (ALL) " if extended else b"UID SEARCH "
    charset = b"" if query.text.isascii() else b"CHARSET UTF-8 "
    return (head + charset, *_criteria(query))


def _criteria(query: Query) -> Iterator[bytes | Literal]:
    if query.unseen:
        yield b"UNSEEN "
    if query.flagged:
        yield b"FLAGGED "
    if query.keyword:
        yield b"KEYWORD " + guard.keyword(query.keyword) + b" "
    if not query.text:
        yield b"ALL"
        return
    value = _text(query.text)
    if query.within == "all":
        yield b"OR FROM "
        yield value
        yield b" OR SUBJECT "
        yield value
        yield b" TEXT "
        yield value
        return
    key = {"sender": b"FROM ", "subject": b"SUBJECT ", "text": b"BODY "}[query.within]
    yield key
    yield value


def _text(value: str) -> bytes | Literal:
    """ASCII as a quoted string; other texts as a literal, counted in octets."""
    return guard.string(value) or Literal(guard.text(value).encode())
