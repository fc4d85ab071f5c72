"""Conversations of a folder: THREAD=REFS where the server offers it, else our own
threading of the headers (mail/threading.py).

The server follows references only (draft-ietf-morg-inthread); where a subject changes,
which it tells by ORDEREDSUBJECT (RFC 5256), a conversation is cut here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mail import headers
from mail.imap import guard, orders, traces
from mail.imap.connection import SLOW, Connection
from mail.imap.fetching import state_of, steady, summaries
from mail.imap.orders import Order
from mail.imap.parse import fetched, flag_lines, number_of
from mail.messages import Listing, Summary
from mail.threading import Thread, divided, stripped

_TRIES = 3
# conversations whose subject seems to change: of more the server's word is taken
_SUBJECTS_MAX = 5_000
_FLAT = re.compile(rb"\(([\d ]{1,2000000})\)")
_BRACKET = re.compile(rb"[()]")
_NUMBER = re.compile(rb"\d{1,10}")


def page(
    connection: Connection,
    folder: str,
    number: int,
    size: int,
    *,
    around: int,
    newer: int | None,
) -> Listing:
    """One round trip when the conversations are known."""
    order, passed = None, None
    for _attempt in range(_TRIES):
        order = _order(connection, folder, passed)
        if (place := order.place(around, newer)) is not None:
            number = place // size + 1
        number = min(number, max(1, -(-len(order.threads) // size)))
        chosen = order.threads[(number - 1) * size : number * size]
        told = rows(connection, folder, chosen)
        if told is not None and is_of(connection, order, told):
            break
        passed = order
    assert order is not None
    known = {uid: (uid, raw) for _seq, uid, raw in told or ()}
    found = _gathered(connection, folder, chosen, known)
    total = len(order.threads)
    return Listing(folder, order.mark[0], total, number, size, found)


def some(
    connection: Connection, folder: str, uids: Sequence[int]
) -> tuple[Summary, ...]:
    """The rows of the conversations that hold these messages."""
    order = _order(connection, folder, None)
    known = [uid for uid in uids if uid in order.places]
    places = sorted({order.places[uid] for uid in known})
    chosen = [order.threads[place] for place in places]
    # what came since the conversations were found stands alone
    chosen += [(uid,) for uid in uids if uid not in order.places]
    told = rows(connection, folder, chosen) or []
    return _gathered(connection, folder, chosen, {row[1]: row[1:] for row in told})


def _order(connection: Connection, folder: str, passed: Order | None) -> Order:
    """The conversations as they are known, else found now."""
    known = connection.select(folder)
    found = orders.load(connection.login, folder, beyond=passed)
    if found is not None and found.mark[0] == known.uidvalidity != 0:
        return found
    connection.run(b"NOOP")
    if connection.has("THREAD=REFS"):
        order, is_whole = _threaded(connection), True
    else:
        threads, is_whole = traces.threads(connection, folder)
        order = orders.order_of(known.uidvalidity, threads)
    if known.uidvalidity and is_whole:
        orders.save(connection.login, folder, order)
    return order


def rows(
    connection: Connection, folder: str, chosen: Sequence[Thread]
) -> list[tuple[int, int, bytes]] | None:
    """(sequence number, UID, flags) of these and of the last message of the folder;
    None when messages came or went meanwhile."""
    if not connection.select(folder).exists:
        lines = steady(connection, folder, by_number=True)
    else:
        uids = [uid for thread in chosen for uid in thread]
        asked = guard.uid_set(uids) + b",*" if uids else b"*"
        command = b"UID FETCH %b (UID FLAGS)" % asked
        lines = steady(connection, folder, command, by_number=True)
    return None if lines is None else flag_lines(lines)


def is_of(
    connection: Connection, order: Order, told: Sequence[tuple[int, int, bytes]]
) -> bool:
    known = state_of(connection)
    last = max((uid for _seq, uid, _raw in told), default=0)
    return order.mark == (known.uidvalidity, known.exists, last)


def _gathered(
    connection: Connection,
    folder: str,
    chosen: Sequence[Thread],
    known: dict[int, tuple[int, bytes]],
) -> tuple[Summary, ...]:
    rows = [known[uid] for thread in chosen for uid in thread if uid in known]
    found = {row.uid: row for row in summaries(connection, folder, rows)}
    made = (
        [found[uid] for uid in reversed(thread) if uid in found] for thread in chosen
    )
    return tuple(
        Summary(thread[0].envelope, thread[0].flags, tuple(thread[1:]))
        for thread in made
        if thread
    )


def _threaded(connection: Connection) -> Order:
    uidvalidity = state_of(connection).uidvalidity
    by_reference = _asked(connection, b"REFS")
    divisible = [thread for thread in by_reference if len(thread) > 1]
    # the first message of each subject stands for the others
    first: dict[int, int] = {}
    if divisible and connection.has("THREAD=ORDEREDSUBJECT"):
        for same in _asked(connection, b"ORDEREDSUBJECT"):
            first |= dict.fromkeys(same, same[0])
    doubtful = {
        uid
        for thread in divisible
        if len(subjects := {first.get(uid, uid) for uid in thread}) > 1
        for uid in subjects
    }
    told = _subjects(connection, sorted(doubtful)[-_SUBJECTS_MAX:])

    def subject_of(uid: int) -> int | str:
        uid = first.get(uid, uid)
        return told.get(uid, uid)

    return orders.order_of(uidvalidity, divided(by_reference, subject_of))


def _asked(connection: Connection, algorithm: bytes) -> list[list[int]]:
    command = b"UID THREAD %b UTF-8 ALL" % algorithm
    lines = connection.run(command, patience=SLOW)[0].untagged
    return [thread for line in lines for thread in listed(line)]


def listed(line: bytes) -> Iterator[list[int]]:
    """The UIDs of each conversation of `* THREAD (2)(3 6 (4 23)(44 7 96))`; how they
    hang together within does not matter. A loop, because depth is the senders'."""
    if not line[:9].upper().startswith(b"* THREAD"):
        return
    at = line.find(b"(")
    while 0 <= at < len(line) and line[at : at + 1] == b"(":
        flat = _FLAT.match(line, at)
        end = flat.end() if flat else _closed(line, at)
        yield [int(number) for number in _NUMBER.findall(line, at, end)]
        at = end


def _closed(line: bytes, at: int) -> int:
    """Where the bracket that opens at `at` is closed."""
    depth = 0
    for match in _BRACKET.finditer(line, at):
        depth += 1 if match[0] == b"(" else -1
        if not depth:
            return match.end()
    return len(line)


def _subjects(connection: Connection, uids: Sequence[int]) -> dict[int, str]:
    if not uids:
        return {}
    items = b"UID BODY.PEEK[HEADER.FIELDS (SUBJECT)]<0.2048>"
    command = b"UID FETCH %b (%b)" % (guard.uid_set(uids), items)
    found = {}
    for line in connection.run(command, patience=SLOW)[0].untagged:
        if parsed := fetched(line):
            fields = headers.split(parsed[1].get(b"BODY[HEADER.FIELDS]") or b"")
            subject = headers.text(headers.first(fields, "subject"))
            found[number_of(parsed[1].get(b"UID"))] = stripped(subject)[0]
    return found
