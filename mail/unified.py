"""The inboxes of several mailboxes as one list, newest first.

A page is a merge: of each inbox the rows from a position on are read, and the page says
how many of each it took. Nothing grows with the depth: the next page begins there.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from convergence.errors import ConvergenceError, MailUnavailable, MessageMissing
from mail import filing
from mail.filing import Order
from mail.messages import Query, Summary
from mail.store import PAGE_SIZE, Store

INBOX = "INBOX"
# each costs a round trip
BOXES_MAX = 20
PAGE_SECONDS = 3.0
VERBS = ("archive", "delete", "seen", "unseen", "flagged", "unflagged")


@dataclass(frozen=True, slots=True)
class Row:
    """A message and the address of the mailbox that it is in."""

    address: str
    summary: Summary


@dataclass(frozen=True, slots=True)
class Page:
    """`taken` counts, by address, the rows of this page and those before it; `more`:
    there are others; `silent` are the mailboxes that did not answer."""

    rows: tuple[Row, ...]
    taken: Mapping[str, int]
    more: bool
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Acted:
    """What an act has done in several mailboxes: `tokens` take it back, by address;
    `silent` are those where nothing could be done."""

    count: int
    tokens: Mapping[str, str]
    silent: tuple[str, ...] = ()


def carry_out(work: Mapping[Store, Sequence[int]], order: Order) -> Acted:
    """One act for each mailbox, on messages of its inbox. Where one fails the others
    are done all the same; raises the error of the last when all fail."""
    count, tokens, failed = 0, {}, {}
    for store, uids in work.items():
        try:
            filed = filing.carry_out(store, INBOX, uids, order)
        except ConvergenceError as error:
            failed[store.address] = error
            continue
        count += filed.count
        if token := filing.token(store, filed):
            tokens[store.address] = token
    if failed and len(failed) == len(work):
        raise next(reversed(failed.values()))
    return Acted(count, tokens, tuple(failed))


def restore(work: Mapping[Store, str]) -> int:
    """Take back what those tokens are of; how many messages. Raises the last error when
    nothing could be."""
    count, failed = 0, []
    for store, token in work.items():
        try:
            count += filing.restore(store, token).count
        except ConvergenceError as error:
            failed.append(error)
    if not count:
        raise failed[-1] if failed else MessageMissing()
    return count


def page(
    stores: Sequence[Store], query: Query, taken: Mapping[str, int], size: int = 50
) -> Page:
    """The page behind those rows. A mailbox that cannot be reached is left out, so that
    the others are read all the same."""
    end = time.monotonic() + PAGE_SECONDS
    windows = {s.address: _answer(s, query, taken, size, end) for s in stores}
    found = {address: each for address, each in windows.items() if each is not None}
    merged = heapq.merge(*(e.rows for e in found.values()), key=_received, reverse=True)
    shown = tuple(row for row, _n in zip(merged, range(size), strict=False))
    after = dict(taken)
    for row in shown:
        after[row.address] = after.get(row.address, 0) + 1
    left = any(each.total > after.get(address, 0) for address, each in found.items())
    silent = tuple(address for address in windows if address not in found)
    # who is shown nothing is at the end, whatever is counted
    return Page(shown, after, left and bool(shown), silent)


@dataclass(frozen=True, slots=True)
class _Window:
    """Rows of one mailbox that follow each other, of `total` that it has."""

    rows: Sequence[Row]
    total: int


def _answer(
    store: Store, query: Query, taken: Mapping[str, int], count: int, end: float
) -> _Window | None:
    """None: it did not answer, or there is no time left to ask it."""
    if time.monotonic() > end:
        return None
    try:
        return _window(store, query, taken.get(store.address, 0), count)
    except MailUnavailable:
        return None


def _received(row: Row) -> float:
    return row.summary.envelope.received.timestamp()


def _window(store: Store, query: Query, start: int, count: int) -> _Window:
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
    rows = [Row(store.address, one) for one in found[skipped : skipped + count]]
    return _Window(rows, listing.total)
