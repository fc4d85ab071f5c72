"""The orders in which a folder is listed (its conversations, its messages by sender or
size), kept as long as its messages stay the same.

No message comes without a UID above all earlier ones, and none goes without the number
of messages falling: so (UIDVALIDITY, number of messages, highest UID) names a set of
messages exactly. Flags, which change more often, do not count. Two levels as for
envelopes: this process, then Redis. Losing either only costs a THREAD or a SORT.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache

from convergence.recent import Recent
from mail.imap import guard
from mail.imap.connection import Connection
from mail.imap.fetching import state_of, steady
from mail.imap.parse import flag_lines
from mail.imap.rows import Rows
from mail.threading import MESSAGES_MAX, Thread, cut

KEPT_HERE = 24_000_000  # octets: thirty folders of 100,000 messages
KEPT_SECONDS = 7 * 24 * 3600
_VERSION = 2
# what an order takes beside its messages: itself, its rows, its name
_OWN = 2_000
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Order:
    """The conversations of a folder, newest first, or each message by itself in another
    order, as of `mark`: (UIDVALIDITY, number of messages, highest UID). `long` are the
    conversations that take several rows."""

    mark: tuple[int, int, int]
    rows: Rows
    long: Rows = field(default_factory=lambda: Rows(b""))

    def place(self, around: int, newer: int | None) -> int | None:
        """Where the conversation of a message stands, or the first one of those that
        were there when `newer` messages had not come yet."""
        if around:
            return self.rows.places((around,)).get(around)
        if newer is None:
            return None
        uids = sorted(self.rows.messages())
        limit = uids[-1 - newer] if newer < len(uids) else 0
        later = (at for at, each in enumerate(self.rows) if each[-1] <= limit)
        return next(later, len(self.rows) - 1)

    def whole(self, uid: int) -> Thread | None:
        """The conversation of a message, whatever rows it takes."""
        for rows in (self.long, self.rows):
            if (place := rows.places((uid,)).get(uid)) is not None:
                return rows[place]
        return None


def order_of(uidvalidity: int, threads: Sequence[Thread]) -> Order:
    """Of whole conversations, newest first."""
    rows = cut(threads)
    long = [thread for thread in threads if len(thread) > MESSAGES_MAX]
    count = sum(map(len, threads))
    last = threads[0][-1] if threads else 0
    return Order((uidvalidity, count, last), Rows.of(rows), Rows.of(long))


@dataclass(frozen=True, slots=True)
class Page:
    """What was chosen of an order for the `number`-th page; `told` are the flags of its
    messages, by UID."""

    order: Order
    number: int
    chosen: Sequence[Thread]
    told: dict[int, bytes]


Known = Callable[[Order | None], Order]
Choose = Callable[[Order], tuple[int, Sequence[Thread]]]


def page(connection: Connection, folder: str, known: Known, choose: Choose) -> Page:
    """One round trip when the order is known and still that of the folder, else it is
    `known` again, as another than the one that has passed. Where messages come and go
    without end, it is the one of the last try."""
    passed = None
    for _attempt in range(_TRIES):
        passed = order = known(passed)
        number, chosen = choose(order)
        found = rows(connection, folder, chosen)
        if found is not None and _is_of(connection, order, found):
            break
    return Page(order, number, chosen, {uid: raw for _seq, uid, raw in found or ()})


def current(
    connection: Connection,
    folder: str,
    name: str,
    make: Callable[[], tuple[Order, bool]],
    passed: Order | None = None,
) -> Order:
    """The order that is kept under this name, else one made now, and kept when it is
    whole."""
    known = connection.select(folder)
    found = load(connection.login, name, beyond=passed)
    if found is None or found.mark[:2] != (known.uidvalidity, known.exists):
        # one of the two is of the past: after a move the order, for sure
        connection.run(b"NOOP")
        if found is not None and found.mark[1] != known.exists:
            found = load(connection.login, name, beyond=found)
    if found is not None and found.mark[0] == known.uidvalidity != 0:
        return found
    order, is_whole = make()
    # without UIDVALIDITY nothing says that a UID still means the same message
    if known.uidvalidity and is_whole:
        save(connection.login, name, order)
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


def _is_of(
    connection: Connection, order: Order, told: Sequence[tuple[int, int, bytes]]
) -> bool:
    known = state_of(connection)
    last = max((uid for _seq, uid, _raw in told), default=0)
    return order.mark == (known.uidvalidity, known.exists, last)


def _weight(order: Order) -> int:
    # that of an empty folder takes its place too
    return _OWN + order.rows.octets + order.long.octets


near: Recent[str, Order] = Recent(KEPT_HERE, _weight)


def _key(login: str, folder: str) -> str:
    name = hashlib.blake2b(f"{login}\0{folder}".encode(), digest_size=12).hexdigest()
    return f"threads:{name}"


def load(login: str, folder: str, *, beyond: Order | None = None) -> Order | None:
    """The order that is known, here or elsewhere; another one than `beyond`, which
    has turned out to be of the past."""
    key = _key(login, folder)
    found = near.get(key)
    if found is None or found is beyond:
        found = _thawed(cache.get(key))
        if found is not None and (beyond is None or found.mark != beyond.mark):
            near.put(key, found)
        else:
            found = None
    return found


def save(login: str, folder: str, order: Order) -> None:
    key = _key(login, folder)
    near.put(key, order)
    cache.set(key, _frozen(order), KEPT_SECONDS)


def _frozen(order: Order) -> list[Any]:
    octets = (order.rows.uids, order.rows.ends, order.long.uids, order.long.ends)
    return [_VERSION, order.mark, *(b64encode(each).decode() for each in octets)]


def _thawed(raw: Any) -> Order | None:
    """None for what another version of the site has written."""
    try:
        version, (uidvalidity, count, last), *texts = raw
        if version != _VERSION:
            return None
        uids, ends, *long = map(b64decode, texts)
        return Order((uidvalidity, count, last), Rows(uids, ends), Rows(*long))
    except (ValueError, TypeError):
        return None
