"""A folder in another order than that of arrival: by SORT (RFC 5256), by what a list
shows of the sender where SORT=DISPLAY (RFC 5957) is offered, else by what the newest
messages say when they are fetched. An order is kept as long as the folder holds the
same messages (mail/imap/orders.py)."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TypeVar

from convergence.comparing import folded
from mail import headers
from mail.imap import guard, orders
from mail.imap.connection import SLOW, Command, Connection, Literal
from mail.imap.fetching import sender, state_of, summaries
from mail.imap.orders import Order
from mail.imap.parse import Ranges, count, fetches, number_of, slice_from_end
from mail.imap.rows import Rows
from mail.messages import Listing, Sorting
from mail.threading import Thread, stripped

T = TypeVar("T")
# of a server without SORT only so many, the newest, are put in order
SORTED_MAX = 5_000
_STEP = 500
_SORTED = re.compile(rb"\* SORT\b([ \d]*)", re.IGNORECASE)
# the largest first, names from A to Z; what is equal, the newest first
_KEYS = {
    "date": b"REVERSE ARRIVAL",
    "sender": b"FROM REVERSE ARRIVAL",
    "subject": b"SUBJECT REVERSE ARRIVAL",
    "size": b"REVERSE SIZE REVERSE ARRIVAL",
}
_ITEMS = {
    "sender": b"UID BODY.PEEK[HEADER.FIELDS (FROM)]<0.2048>",
    "subject": b"UID BODY.PEEK[HEADER.FIELDS (SUBJECT)]<0.2048>",
    "size": b"UID RFC822.SIZE",
    "date": b"UID",
}


def page(
    connection: Connection, folder: str, sorting: Sorting, number: int, size: int
) -> Listing:
    """The number-th page in this order: one round trip when the order is known."""

    def choose(order: Order) -> tuple[int, Sequence[Thread]]:
        wanted = min(number, max(1, -(-len(order.rows) // size)))
        return wanted, sliced(order.rows, sorting, wanted, size)

    known = partial(_order, connection, folder, sorting)
    found = orders.page(connection, folder, known, choose)
    uids = [(u, found.told[u]) for (u,) in found.chosen if u in found.told]
    shown = summaries(connection, folder, uids)
    uidvalidity, exists, _last = found.order.mark
    total = len(found.order.rows)
    left = exists - total
    return Listing(folder, uidvalidity, total, found.number, size, shown, left)


def sliced(found: Sequence[T], sorting: Sorting, number: int, size: int) -> Sequence[T]:
    first = (number - 1) * size
    if not sorting.inverse:
        return found[first : first + size]
    end = len(found) - first
    return found[max(0, end - size) : end][::-1]


def _order(
    connection: Connection, folder: str, sorting: Sorting, passed: Order | None
) -> Order:
    """The order as it is known, else made now."""

    def make() -> tuple[Order, bool]:
        if connection.has("SORT"):
            uids = matching(connection, sorting, b"ALL")
        else:
            uids = _by_hand(connection, sorting)
        known = state_of(connection)
        mark = (known.uidvalidity, known.exists, max(uids, default=0))
        return Order(mark, Rows(array("I", uids).tobytes())), True

    # no name of a folder holds NUL
    name = f"{folder}\0{sorting.by}"
    return orders.current(connection, folder, name, make, passed)


def matching(
    connection: Connection, sorting: Sorting, *criteria: bytes | Literal
) -> list[int]:
    """The UIDs that match, in this order, its inverse aside."""
    key = _KEYS[sorting.by]
    if sorting.by == "sender" and connection.has("SORT=DISPLAY"):
        key = b"DISPLAYFROM REVERSE ARRIVAL"
    command: Command = (b"UID SORT (%b) UTF-8 " % key, *criteria)
    lines = connection.run(command, patience=SLOW)[0].untagged
    found = (match[1] for line in lines if (match := _SORTED.match(line)))
    uids = (int(number) for numbers in found for number in numbers.split())
    return [uid for uid in uids if 0 < uid <= guard.UID_MAX]


def _by_hand(connection: Connection, sorting: Sorting) -> list[int]:
    """The newest messages in this order."""
    exists = state_of(connection).exists
    first = max(1, exists - SORTED_MAX + 1)
    steps = range(first, exists + 1, _STEP)
    sets = (b"FETCH %d:%d" % (at, min(exists, at + _STEP - 1)) for at in steps)
    return _arranged(connection, sorting, sets)


def _arranged(
    connection: Connection, sorting: Sorting, asked: Iterable[bytes]
) -> list[int]:
    keys: dict[int, str | int] = {}
    for each in asked:
        command = b"%b (%b)" % (each, _ITEMS[sorting.by])
        [answer] = connection.run(command, patience=SLOW)
        for _number, items in fetches(answer.untagged):
            if 0 < (uid := number_of(items.get(b"UID"))) <= guard.UID_MAX:
                keys[uid] = _key(items, sorting.by)
    newest = sorted(keys, reverse=True)
    if sorting.by == "date":
        return newest
    return sorted(newest, key=keys.__getitem__, reverse=sorting.by == "size")


def _key(items: dict[bytes, object], by: str) -> str | int:
    if by == "date":
        return 0
    if by == "size":
        return number_of(items.get(b"RFC822.SIZE"))
    raw = items.get(b"BODY[HEADER.FIELDS]") or b""
    fields = headers.split(raw if isinstance(raw, bytes) else b"")
    if by == "sender":
        return folded(sender(fields).label)
    return folded(stripped(headers.text(headers.first(fields, "subject")))[0])


def in_order(
    connection: Connection,
    sorting: Sorting,
    found: Ranges,
    criteria: Sequence[bytes | Literal],
) -> list[int]:
    """What was found by these criteria in this order, its inverse aside; of a server
    without SORT the newest SORTED_MAX of it."""
    if sorting.by != "date" and connection.has("SORT"):
        wanted = set(slice_from_end(found, 0, count(found)))
        return [u for u in matching(connection, sorting, *criteria) if u in wanted]
    newest = slice_from_end(found, 0, count(found))
    if sorting.by == "date":
        return newest
    steps = range(0, min(len(newest), SORTED_MAX), _STEP)
    sets = (guard.uid_set(newest[at : at + _STEP]) for at in steps)
    return _arranged(connection, sorting, (b"UID FETCH " + uids for uids in sets))
