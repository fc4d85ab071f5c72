"""Folders in another order: by the server's SORT, by our own hand, and kept."""

from __future__ import annotations

import pytest

from mail.imap import orders, sorting
from mail.imap.store import ImapStore
from mail.messages import Listing, Query, Sorting
from tests.mail.imap.conftest import OpenStore
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy

# sender, subject, octets of text
LETTERS = (
    ("Zoé <z@x.test>", "Re: Cantine", 10),
    ("Émile <e@x.test>", "Bulletins", 3000),
    ("anne@x.test", "cantines", 20),
    ("Émile <e@x.test>", "Absences", 500),
)


def letter(sender: str, subject: str, octets: int) -> bytes:
    text = "x" * octets
    head = f"From: {sender}\r\nTo: l@x.test\r\nSubject: {subject}\r\n"
    return f"{head}MIME-Version: 1.0\r\n\r\n{text}\r\n".encode()


@pytest.fixture(autouse=True)
def forgetful() -> None:
    orders.near.clear()


@pytest.fixture(params=["SORT", "DISPLAY", "own"])
def store(
    request: pytest.FixtureRequest, proxy: Proxy, box: Box, open_store: OpenStore
) -> ImapStore:
    proxy.hidden = {
        "SORT": {b"SORT=DISPLAY"},
        "DISPLAY": set(),
        "own": {b"SORT", b"SORT=DISPLAY"},
    }[request.param]
    for told in LETTERS:
        box.deliver(letter(*told))
    return open_store()


def uids(listing: Listing) -> list[int]:
    return [row.uid for row in listing.rows]


@pytest.mark.parametrize(
    ("by", "expected"),
    [("size", [2, 4, 3, 1]), ("subject", [4, 2, 1, 3]), ("date", [4, 3, 2, 1])],
)
def test_a_folder_is_put_in_order(
    store: ImapStore, by: str, expected: list[int]
) -> None:
    order = Sorting(by)  # type: ignore[arg-type]
    inverse = Sorting(by, inverse=True)  # type: ignore[arg-type]
    assert uids(store.arranged("INBOX", order, 1)) == expected
    assert uids(store.arranged("INBOX", inverse, 1)) == expected[::-1]
    assert uids(store.arranged("INBOX", order, 2, 3)) == expected[3:]
    assert uids(store.arranged("INBOX", inverse, 1, 3)) == expected[::-1][:3]


def test_the_same_sender_stands_together(store: ImapStore) -> None:
    found = uids(store.arranged("INBOX", Sorting("sender"), 1))
    assert abs(found.index(2) - found.index(4)) == 1
    assert found[0] == 3
    assert uids(store.arranged("INBOX", Sorting("sender", inverse=True), 1))[3] == 3


def test_what_was_found_is_put_in_order(store: ImapStore) -> None:
    query = Query(text="cantine", within="subject")
    for order, expected in (
        (Sorting("size"), [3, 1]),
        (Sorting("size", inverse=True), [1, 3]),
        (Sorting("date", inverse=True), [1, 3]),
    ):
        listing = store.search("INBOX", query, 1, order=order)
        assert (uids(listing), listing.total) == (expected, 2)


def test_what_was_found_by_a_word_with_accents_is_too(
    store: ImapStore, box: Box
) -> None:
    for octets in (10, 30):
        box.deliver(letter("n@x.test", "=?utf-8?q?=C3=A9lections?=", octets))
    query = Query(text="élections", within="subject")
    listing = store.search("INBOX", query, 1, order=Sorting("size"))
    assert uids(listing) == [6, 5]


def test_what_comes_and_goes_is_in_its_place(store: ImapStore, box: Box) -> None:
    order = Sorting("size")
    store.arranged("INBOX", order, 1)
    box.deliver(letter("n@x.test", "Nouveau", 1000))
    assert uids(store.arranged("INBOX", order, 1)) == [2, 5, 4, 3, 1]
    store.expunge("INBOX", [2])
    assert uids(store.arranged("INBOX", order, 1)) == [5, 4, 3, 1]


def test_an_order_that_is_known_is_one_round_trip(
    store: ImapStore, proxy: Proxy
) -> None:
    store.arranged("INBOX", Sorting("sender"), 1)
    store.mark("INBOX", [1], r"\Flagged", on=True)
    proxy.clear()
    listing = store.arranged("INBOX", Sorting("sender", inverse=True), 1)
    assert proxy.round_trips == 1
    assert next(row for row in listing.rows if row.uid == 1).flagged


def test_an_empty_folder_has_no_order(store: ImapStore) -> None:
    for by in ("size", "sender", "date"):
        assert store.arranged("Archive", Sorting(by), 1).rows == ()


def test_without_sort_only_the_newest_are_put_in_order(
    box: Box, proxy: Proxy, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "SORTED_MAX", 3)
    proxy.hidden = {b"SORT", b"SORT=DISPLAY"}
    for told in LETTERS:
        box.deliver(letter(*told))
    listing = open_store().arranged("INBOX", Sorting("size"), 1)
    assert (uids(listing), listing.total, listing.left) == ([2, 4, 3], 3, 1)
