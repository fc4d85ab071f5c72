"""Which conversations a folder holds, kept as long as its messages stay the same.

No message comes without a UID above all earlier ones, and none goes without the number
of messages falling: so (UIDVALIDITY, number of messages, highest UID) names a set of
messages exactly. Flags, which change more often, do not count. Two levels as for
envelopes: this process, then Redis. Losing either only costs a THREAD.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.cache import cache

from convergence.recent import Recent
from mail.threading import Thread

KEPT_HERE = 600_000  # messages
KEPT_SECONDS = 7 * 24 * 3600
_VERSION = 1


@dataclass(frozen=True)
class Order:
    """The conversations of a folder, newest first, as of `mark`."""

    mark: tuple[int, int, int]
    threads: tuple[Thread, ...]

    @cached_property
    def places(self) -> dict[int, int]:
        """At which place the conversation of a message stands."""
        places = enumerate(self.threads)
        return {uid: place for place, thread in places for uid in thread}

    def place(self, around: int, newer: int | None) -> int | None:
        """Where the conversation of a message stands, or the first one of those that
        were there when `newer` messages had not come yet."""
        if around:
            return self.places.get(around)
        if newer is None:
            return None
        uids = sorted(self.places)
        limit = uids[-1 - newer] if newer < len(uids) else 0
        later = (at for at, each in enumerate(self.threads) if each[-1] <= limit)
        return next(later, len(self.threads) - 1)


def order_of(uidvalidity: int, threads: Sequence[Thread]) -> Order:
    count = sum(map(len, threads))
    return Order((uidvalidity, count, threads[0][-1] if threads else 0), tuple(threads))


def _weight(order: Order) -> int:
    # that of an empty folder takes a place too
    return order.mark[1] + 1


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
    """Texts are read faster than lists."""
    flat = ",".join(" ".join(map(str, thread)) for thread in order.threads)
    return [_VERSION, order.mark, flat]


def _thawed(raw: Any) -> Order | None:
    """None for what another version of the site has written."""
    try:
        version, (uidvalidity, count, last), flat = raw
        if version != _VERSION:
            return None
        threads = tuple(
            tuple(map(int, thread.split())) for thread in flat.split(",") if thread
        )
        return Order((uidvalidity, count, last), threads)
    except (ValueError, TypeError, AttributeError):
        return None
