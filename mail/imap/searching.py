"""Searching one folder by UID SEARCH: what is found stays runs of UIDs, unless each is
asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from convergence.errors import TooLarge
from mail import headers
from mail.imap import attached, cache, guard, sorting
from mail.imap.connection import SLOW, Answer, Command, Connection, Literal
from mail.imap.fetching import envelopes, selected, state_of, summaries
from mail.imap.parse import (
    Ranges,
    count,
    fetches,
    flag_lines,
    number_of,
    searched,
    slice_from_end,
)
from mail.messages import Listing, Query, Sorting, Summary
from mail.store import ARRIVAL

_FOUND_MAX = 500_000
# without them a word would be found in the identifiers of a whole folder
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
# names of which every word is in a full-text index
_INDEXED = re.compile(r"<[A-Za-z0-9@._-]+>")
CANDIDATES_MAX = 2_000


def search(
    connection: Connection,
    folder: str,
    query: Query,
    number: int,
    size: int,
    order: Sorting = ARRIVAL,
) -> Listing:
    """One page of what matches (UID SEARCH, and UID SORT for another order)."""
    found, left = _found(connection, folder, query)
    total = count(found)
    number = min(number, max(1, -(-total // size)))
    if order:
        uids = sorting.in_order(connection, order, found, tuple(_criteria(query)))
        wanted = sorting.sliced(uids, order, number, size)
    else:
        wanted = slice_from_end(found, (number - 1) * size, size)
    rows = _rows(connection, folder, wanted) if wanted else ()
    uidvalidity = state_of(connection).uidvalidity
    return Listing(folder, uidvalidity, total, number, size, rows, left)


def _found(connection: Connection, folder: str, query: Query) -> tuple[Ranges, int]:
    """(the UIDs in ascending runs, how many are not examined)."""
    if not query.attachment:
        return found_by(connection, folder, _command(connection, query)), 0
    said = (b"KEYWORD %b " % attached.WITH,)
    silent = (b"UNKEYWORD %b UNKEYWORD %b " % (attached.WITH, attached.WITHOUT),)
    # one after the other: Dovecot mixes the answers of two searches sent at once
    known, doubtful = (
        found_by(connection, folder, _command(connection, query, *more))
        for more in (said, silent)
    )
    seen, left = attached.among(connection, folder, doubtful)
    return sorted([*known, *((uid, uid) for uid in seen)]), left


def _rows(
    connection: Connection, folder: str, wanted: Sequence[int]
) -> tuple[Summary, ...]:
    command = b"UID FETCH %b (UID FLAGS)" % guard.uid_set(wanted)
    lines = connection.run(command)[0].untagged
    told = {uid: raw for _seq, uid, raw in flag_lines(lines)}
    found = [(uid, told[uid]) for uid in wanted if uid in told]
    return summaries(connection, folder, found)


def find(connection: Connection, folder: str, message_id: str) -> tuple[int, ...]:
    """UIDs of the messages with just this Message-ID, brackets included. The server
    finds a part of it too (RFC 3501 §6.4.4): what is found is compared."""
    criterion = _text(message_id)
    if not _MESSAGE_ID.fullmatch(message_id):
        return ()
    command = (b"UID SEARCH HEADER MESSAGE-ID ", criterion)
    found = found_by(connection, folder, command)
    uids = [uid for first, last in found for uid in range(first, last + 1)]
    entries = envelopes(connection, folder, uids)
    same = tuple(u for u in uids if _is(entries.get(u), message_id))
    domain = message_id.rstrip(">").rpartition("@")[2]
    if same or _INDEXED.fullmatch(message_id) or not domain:
        return same
    return _of_domain(connection, folder, message_id, domain)


def _of_domain(
    connection: Connection, folder: str, message_id: str, domain: str
) -> tuple[int, ...]:
    """The same where the server's full-text index has no word of such a name (Dovecot
    with Xapian drops those with `+`, `=`, `$`…): the newest of its domain, compared."""
    command = (b"UID SEARCH HEADER MESSAGE-ID ", _text(domain))
    candidates = slice_from_end(
        found_by(connection, folder, command), 0, CANDIDATES_MAX
    )
    if not candidates:
        return ()
    fields = b"BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]<0.2000>"
    fetch = b"UID FETCH %b (UID %b)" % (guard.uid_set(candidates), fields)
    named = (
        number_of(items.get(b"UID"))
        for _number, items in fetches(connection.run(fetch)[0].untagged)
        if _named(items) == message_id
    )
    return tuple(sorted(named))


def _named(items: dict[bytes, Any]) -> str:
    fields = headers.split(items.get(b"BODY[HEADER.FIELDS]") or b"")
    ids = headers.message_ids(headers.first(fields, "message-id"))
    return ids[0] if ids else ""


def _is(entry: cache.Entry | None, message_id: str) -> bool:
    return entry is not None and entry.envelope.message_id == message_id


def all_of(connection: Connection, folder: str, query: Query) -> tuple[int, ...]:
    """The UIDs of all that matches, ascending."""
    return _spelled(_found(connection, folder, query)[0])


def uids_of(answer: Answer) -> tuple[int, ...]:
    """The UIDs that a search found, ascending; no more than can be meant."""
    return _spelled(searched(answer.untagged))


def _spelled(found: Ranges) -> tuple[int, ...]:
    if count(found) > _FOUND_MAX:
        raise TooLarge
    return tuple(n for first, last in found for n in range(first, last + 1))


def found_by(connection: Connection, folder: str, command: Command) -> Ranges:
    """The UIDs in ascending runs."""
    answer = selected(connection, folder, command, patience=SLOW)[0]
    return searched(answer.untagged)


def _command(connection: Connection, query: Query, *more: bytes) -> Command:
    extended = connection.has("ESEARCH")
    head = b"UID SEARCH RETURN (ALL) " if extended else b"UID SEARCH "
    charset = b"" if query.text.isascii() else b"CHARSET UTF-8 "
    return (head + charset, *more, *_criteria(query))


def _criteria(query: Query) -> Iterator[bytes | Literal]:
    if query.unseen:
        yield b"UNSEEN "
    if query.flagged:
        yield b"FLAGGED "
    if query.keyword:
        yield b"KEYWORD " + guard.keyword(query.keyword) + b" "
    if query.to:
        yield b"OR " * (len(query.to) - 1)
        for address in query.to:
            value = _text(address)
            yield from (b"OR TO ", value, b" CC ", value, b" ")
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
