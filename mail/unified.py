"""The inboxes of several mailboxes as one list, newest first.

A page is a merge: of each inbox the rows from a position on are read, and the page says
how many of each it took. Nothing grows with the depth: the next page begins there.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from convergence.errors import (
    ConvergenceError,
    InputRefused,
    MailUnavailable,
    NotFound,
)
from mail import filing
from mail.filing import Filed, Order
from mail.messages import Query, Summary
from mail.store import PAGE_SIZE, Store

INBOX = "INBOX"
# each costs a round trip
BOXES_MAX = 20
PAGE_SECONDS = 3.0
ACT_SECONDS = 8.0
VERBS = ("archive", "delete", "seen", "unseen", "flagged", "unflagged")


@dataclass(frozen=True, slots=True)
class Row:
    """A message and the mailbox that it is in: its address, its inbox's UIDVALIDITY."""

    address: str
    summary: Summary
    uidvalidity: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """`taken` counts, by address, the rows of this page and those before it; `more`:
    there are others; `refused`: the error of each mailbox that is left out."""

    rows: tuple[Row, ...]
    taken: Mapping[str, int]
    more: bool
    refused: Mapping[str, ConvergenceError]


@dataclass(frozen=True, slots=True)
class Ticked:
    """Rows of one mailbox: UIDs of its inbox, as long as it has this UIDVALIDITY."""

    uidvalidity: int
    uids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Acted:
    """What an act has done in several mailboxes, by their addresses: to how many
    messages; the `tokens` that take it back; the error of each where it was refused."""

    counts: Mapping[str, int]
    tokens: Mapping[str, str]
    refused: Mapping[str, ConvergenceError]

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    @property
    def changed(self) -> tuple[str, ...]:
        """The mailboxes in which something was done."""
        return tuple(address for address, count in self.counts.items() if count)


def carry_out(work: Mapping[Store, Ticked], order: Order) -> Acted:
    """One act in each mailbox, on messages of its inbox."""

    def one(store: Store, of: Ticked) -> tuple[Filed, str]:
        filed = filing.carry_out(store, INBOX, of.uids, order, of.uidvalidity)
        return filed, filing.token(store, filed)

    done, refused = _each(work, one, ACT_SECONDS)
    tokens = {address: token for address, (_filed, token) in done.items() if token}
    counts = {address: filed.count for address, (filed, _token) in done.items()}
    return Acted(counts, tokens, refused)


def restore(work: Mapping[Store, str]) -> Acted:
    """Take back what those tokens are of; `tokens` of the answer are those that may
    still be taken back."""
    done, refused = _each(work, filing.restore, ACT_SECONDS)
    given = {store.address: token for store, token in work.items()}
    # what is too old, or gone, does not come back later
    left = {
        address: given[address]
        for address, error in refused.items()
        if not isinstance(error, (InputRefused, NotFound))
    }
    return Acted({a: filed.count for a, filed in done.items()}, left, refused)


Wanted = TypeVar("Wanted")
Done = TypeVar("Done")


def _each(
    work: Mapping[Store, Wanted], act: Callable[[Store, Wanted], Done], seconds: float
) -> tuple[dict[str, Done], dict[str, ConvergenceError]]:
    """What was done and what was refused, by address: where one mailbox fails the
    others are done all the same. After so many seconds no further one is begun with."""
    end = time.monotonic() + seconds
    done: dict[str, Done] = {}
    refused: dict[str, ConvergenceError] = {}
    for store, wanted in work.items():
        try:
            if time.monotonic() > end:
                raise MailUnavailable
            done[store.address] = act(store, wanted)
        except ConvergenceError as error:
            refused[store.address] = error
    return done, refused


def page(
    stores: Sequence[Store], query: Query, taken: Mapping[str, int], size: int = 50
) -> Page:
    """The page behind those rows. A mailbox that cannot be read is left out, so that
    the others are read all the same."""
    starts = {store: taken.get(store.address, 0) for store in stores}
    windows = partial(_window, query=query, count=size)
    found, refused = _each(starts, windows, PAGE_SECONDS)
    merged = heapq.merge(*(e.rows for e in found.values()), key=_received, reverse=True)
    shown = tuple(row for row, _n in zip(merged, range(size), strict=False))
    after = dict(taken)
    for row in shown:
        after[row.address] = after.get(row.address, 0) + 1
    left = any(each.total > after.get(address, 0) for address, each in found.items())
    # who is shown nothing is at the end, whatever is counted
    return Page(shown, after, left and bool(shown), refused)


@dataclass(frozen=True, slots=True)
class _Window:
    """Rows of one mailbox that follow each other, of `total` that it has."""

    rows: Sequence[Row]
    total: int


def _received(row: Row) -> float:
    return row.summary.envelope.received.timestamp()


def _window(store: Store, start: int, query: Query, count: int) -> _Window:
    """The rows from `start` on, by pages as a Store gives them."""
    found: list[Summary] = []
    number = start // PAGE_SIZE + 1
    skipped = start % PAGE_SIZE
    while len(found) < count + skipped:
        listing = (
            store.search(INBOX, query, number) if query else store.page(INBOX, number)
        )
        # beyond the end a Store gives the last page again
        if listing.number != number:
            break
        found += listing.rows
        if number >= listing.pages:
            break
        number += 1
    validity = listing.uidvalidity
    shown = found[skipped : skipped + count]
    rows = [Row(store.address, one, validity) for one in shown]
    return _Window(rows, listing.total)
