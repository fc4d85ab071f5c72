"""What a process keeps of mailboxes takes what it is said to weigh, so that its bounds
are bounds."""

from __future__ import annotations

import gc
import tracemalloc
from array import array
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from mail.imap import cache, orders, recents
from mail.imap.cache import Entry
from mail.imap.orders import Order
from mail.imap.recents import Recents
from mail.messages import Address, Envelope, Part

T = TypeVar("T")
MESSAGES = 100_000


def taken_by(make: Callable[[], T]) -> tuple[T, int]:
    gc.collect()
    tracemalloc.start()
    made = make()
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return made, taken


@pytest.mark.parametrize("length", [1, 2, 250])
def test_the_order_of_a_folder(length: int) -> None:
    def make() -> Order:
        uids = range(10**6 + MESSAGES, 10**6, -length)
        threads = [tuple(range(uid - length + 1, uid + 1)) for uid in uids]
        return orders.order_of(1, threads)

    order, taken = taken_by(make)
    assert taken <= orders._weight(order) <= 1.1 * taken + 2_000
    assert taken < 12 * MESSAGES
    # and nothing is added when it is used
    assert taken_by(lambda: order.place(10**6 + 5, None))[1] < 1_000


def test_who_cites_whom_in_a_folder() -> None:
    def make() -> Recents:
        pairs = array("Q", range(10_000))
        return Recents("told", 1, 10_000, pairs, pairs[:])

    known, taken = taken_by(make)
    assert taken <= recents._weight(known) <= 1.1 * taken + 1_000


@pytest.mark.parametrize(("parts", "people"), [(0, 1), (2, 1), (2, 20), (100, 1)])
def test_envelopes(parts: int, people: int) -> None:
    def entry(number: int) -> Entry:
        person = [Address(f"Nom {number} {n}", f"n{number}.{n}@x") for n in range(22)]
        texts = [
            Part(f"{n}", f"text/x{number}", parameters=(("charset", f"c{number}"),))
            for n in range(parts)
        ]
        day = datetime.now(UTC) + timedelta(number)
        envelope = Envelope(
            uid=10**6 + number,
            subject=f"{number}".ljust(50, "é"),
            sender=person[0],
            to=tuple(person[1 : 1 + people]),
            date=day,
            received=day + timedelta(1),
            size=10**6 + number,
            snippet=f"{number}".ljust(100, "…"),
            has_attachment=False,
            message_id=f"<{number}@x.test>",
        )
        return Entry(envelope, Part("", "multipart/mixed", children=tuple(texts)))

    found, taken = taken_by(lambda: [entry(number) for number in range(300)])
    assert 0.8 * taken <= sum(map(cache._weight, found)) <= 2 * taken
