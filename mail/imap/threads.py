"""Conversations of a folder: THREAD=REFS where the server offers it, else our own
threading of the headers (mail/threading.py).

The server follows references only (draft-ietf-morg-inthread); where a subject changes,
which it tells by ORDEREDSUBJECT (RFC 5256), a conversation is cut here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from mail import headers
from mail.imap import guard, orders, traces
from mail.imap.connection import SLOW, Connection
from mail.imap.fetching import state_of, summaries
from mail.imap.orders import Order
from mail.imap.parse import fetches, number_of
from mail.messages import Listing, Summary
from mail.store import TOGETHER_MAX
from mail.threading import Thread, divided, stripped

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
    """That of the conversation of `around`, or of the first that was there when `newer`
    messages had not come yet, else the number-th: one round trip when the conversations
    are known."""

    def choose(order: Order) -> tuple[int, Sequence[Thread]]:
        place, wanted = order.place(around, newer), number
        if place is not None:
            wanted = place // size + 1
        wanted = min(wanted, max(1, -(-len(order.rows) // size)))
        return wanted, order.rows[(wanted - 1) * size : wanted * size]

    found = orders.page(connection, folder, partial(_order, connection, folder), choose)
    shown = _gathered(connection, folder, found.chosen, found.told)
    uidvalidity, total = found.order.mark[0], len(found.order.rows)
    return Listing(folder, uidvalidity, total, found.number, size, shown)


def some(
    connection: Connection, folder: str, uids: Sequence[int]
) -> tuple[Summary, ...]:
    """The rows of the conversations that hold these messages."""
    order = _order(connection, folder)
    places = order.rows.places(uids)
    chosen = [order.rows[place] for place in sorted(set(places.values()))]
    # what came since the conversations were found stands alone
    chosen += [(uid,) for uid in uids if uid not in places]
    told = orders.rows(connection, folder, chosen) or ()
    flags = {uid: raw for _seq, uid, raw in told}
    return _gathered(connection, folder, chosen, flags)


def whole(connection: Connection, folder: str, uid: int) -> tuple[Summary, ...]:
    """All of the conversation of a message, as one row; of one without end a part."""

    def choose(order: Order) -> tuple[int, Sequence[Thread]]:
        thread = order.whole(uid) or (uid,)
        before = thread.index(uid) // TOGETHER_MAX * TOGETHER_MAX
        start = max(0, min(before, len(thread) - TOGETHER_MAX))
        return 1, [thread[start : start + TOGETHER_MAX]]

    found = orders.page(connection, folder, partial(_order, connection, folder), choose)
    return _gathered(connection, folder, found.chosen, found.told)


def _order(connection: Connection, folder: str, passed: Order | None = None) -> Order:
    """The conversations as they are known, else found now."""

    def make() -> tuple[Order, bool]:
        if connection.has("THREAD=REFS"):
            return _threaded(connection), True
        threads, is_whole = traces.threads(connection, folder)
        return orders.order_of(state_of(connection).uidvalidity, threads), is_whole

    return orders.current(connection, folder, folder, make, passed)


def _gathered(
    connection: Connection,
    folder: str,
    chosen: Sequence[Thread],
    flags: dict[int, bytes],
) -> tuple[Summary, ...]:
    rows = [(u, flags[u]) for thread in chosen for u in thread if u in flags]
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
        found = map(int, _NUMBER.findall(line, at, end))
        if uids := [uid for uid in found if 0 < uid <= guard.UID_MAX]:
            yield uids
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
    subject = b"BODY.PEEK[HEADER.FIELDS (SUBJECT)]<0.2048>"
    command = b"UID FETCH %b (UID %b)" % (guard.uid_set(uids), subject)
    found = {}
    [answer] = connection.run(command, patience=SLOW)
    for _number, items in fetches(answer.untagged):
        fields = headers.split(items.get(b"BODY[HEADER.FIELDS]") or b"")
        text = headers.text(headers.first(fields, "subject"))
        found[number_of(items.get(b"UID"))] = stripped(text)[0]
    return found
