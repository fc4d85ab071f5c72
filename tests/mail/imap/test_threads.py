"""Conversations of a folder, by the server's THREAD and without it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from mail.imap import orders, threads, traces
from mail.imap.connection import Connection
from mail.imap.store import ImapStore
from mail.messages import SEEN, Listing
from tests.mail.imap.conftest import OpenStore
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy

# subject, Message-ID, References
EXCHANGE = (
    ("Sortie", "a", ""),
    ("Cantine", "b", ""),
    ("Re: Sortie", "c", "<a@x>"),
    ("RE : Sortie", "d", "<a@x> <c@x>"),
    ("Tarifs", "e", "<a@x> <c@x>"),
    ("AW: Cantine", "f", "<b@x>"),
)
EXPECTED = [(2, 6), (5,), (1, 3, 4)]


def letter(subject: str, name: str, cited: str = "") -> bytes:
    more = f"References: {cited}\r\n" if cited else ""
    return (
        f"From: c@x.test\r\nSubject: {subject}\r\nMessage-ID: <{name}@x>\r\n{more}"
        f"Date: Tue, 24 Nov 2026 08:00:00 +0100\r\n\r\nTexte.\r\n"
    ).encode()


@pytest.fixture(params=["THREAD", "own"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways group alike."""
    if request.param == "own":
        has = Connection.has
        monkeypatch.setattr(
            Connection,
            "has",
            lambda self, name: not name.startswith("THREAD") and has(self, name),
        )
    return str(request.param)


@pytest.fixture
def filled(box: Box) -> Box:
    for subject, name, cited in EXCHANGE:
        box.deliver(letter(subject, name, cited))
    return box


def threads_of(listing: Listing) -> list[tuple[int, ...]]:
    return [tuple(sorted(row.uids)) for row in listing.rows]


@pytest.mark.usefixtures("filled", "way")
def test_rows_are_conversations(store: ImapStore) -> None:
    listing = store.conversations("INBOX", 1)
    assert threads_of(listing) == EXPECTED
    assert listing.total == 3
    assert listing.rows[2].uid == 4
    assert [row.uid for row in listing.rows[2].older] == [3, 1]


@pytest.mark.usefixtures("filled", "way")
def test_pages_are_of_conversations(store: ImapStore) -> None:
    second = store.conversations("INBOX", 2, 2)
    assert (threads_of(second), second.pages) == ([EXPECTED[2]], 2)
    assert store.conversations("INBOX", 99, 2).number == 2


@pytest.mark.usefixtures("way")
def test_an_empty_folder_has_none(store: ImapStore) -> None:
    listing = store.conversations("INBOX", 1)
    assert (listing.rows, listing.total) == ((), 0)


@pytest.mark.usefixtures("way")
def test_what_comes_and_goes_is_followed(store: ImapStore, filled: Box) -> None:
    store.conversations("INBOX", 1)
    filled.deliver(letter("Re: Tarifs", "g", "<e@x>"))
    assert threads_of(store.conversations("INBOX", 1))[0] == (5, 7)
    with filled.opened("INBOX") as client:
        client.uid("STORE", "7", "+FLAGS", r"(\Deleted)")
        client.expunge()
    filled.deliver(letter("Autre", "h"))
    expected = [(8,), *EXPECTED]
    assert threads_of(store.conversations("INBOX", 1)) == expected


@pytest.mark.usefixtures("filled", "way")
def test_flags_are_of_this_moment(store: ImapStore) -> None:
    store.conversations("INBOX", 1)
    store.mark("INBOX", [3], SEEN, on=True)
    [row] = store.conversations_of("INBOX", [1])
    assert (row.seen, [each.seen for each in row.older]) == (False, [True, False])


@pytest.mark.usefixtures("filled")
def test_a_warm_page_is_one_round_trip(store: ImapStore, proxy: Proxy) -> None:
    store.conversations("INBOX", 1)
    proxy.clear()
    store.conversations("INBOX", 1)
    assert proxy.commands == [b"UID FETCH 1:6,* (UID FLAGS)", b"NOOP"]
    assert proxy.round_trips == 1


@pytest.mark.usefixtures("filled")
def test_after_a_move_the_rows_of_before_are_not_asked_for(
    store: ImapStore, proxy: Proxy
) -> None:
    store.conversations("INBOX", 1)
    store.move("INBOX", [4], "Trash")
    proxy.clear()
    assert threads_of(store.conversations("INBOX", 1)) == [(2, 6), (5,), (1, 3)]
    asked = [command for command in proxy.commands if b"FLAGS" in command]
    assert asked == [b"UID FETCH 1:3,5:6,* (UID FLAGS)"]


@pytest.mark.usefixtures("filled")
def test_another_process_finds_them_in_the_cache(
    store: ImapStore, proxy: Proxy
) -> None:
    store.conversations("INBOX", 1)
    orders.near.clear()
    proxy.clear()
    assert threads_of(store.conversations("INBOX", 1)) == EXPECTED
    assert proxy.round_trips == 1


@pytest.mark.usefixtures("filled")
def test_without_thread_headers_are_asked_once(
    store: ImapStore,
    filled: Box,
    proxy: Proxy,
    way: str,
) -> None:
    store.conversations("INBOX", 1)
    filled.deliver(letter("Autre", "h"))
    proxy.clear()
    store.conversations("INBOX", 1)
    asked = [c for c in proxy.commands if b"REFERENCES)" in c]
    assert [c.split()[2] for c in asked] == ([b"7"] if way == "own" else [])


@pytest.mark.usefixtures("filled", "way")
def test_what_no_page_can_wait_for_stands_alone(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(traces, "STEP_SECONDS", -1)
    listing = open_store().conversations("INBOX", 1)
    assert len(listing.rows) == (6 if way == "own" else 3)
    monkeypatch.undo()
    assert threads_of(open_store().conversations("INBOX", 1)) == EXPECTED


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"* THREAD\r\n", []),
        (b"* THREAD (2)(3 6 (4 23)(44 7 96))\r\n", [[2], [3, 6, 4, 23, 44, 7, 96]]),
        (b"* THREAD ((3)(5))(9)\r\n", [[3, 5], [9]]),
        (b"* THREAD (1 (2", [[1, 2]]),
        (b"* SEARCH (1)", []),
    ],
)
def test_thread_answers(line: bytes, found: list[list[int]]) -> None:
    assert list(threads.listed(line)) == found


def test_a_deep_thread_is_read_by_a_loop() -> None:
    line = b"* THREAD " + b"(1 " * 100_000 + b")" * 100_000
    assert len(next(threads.listed(line))) == 100_000


def exchange(chance: Random) -> Iterator[bytes]:
    """As people write: chains of citations, some cut, some messages missing."""
    known: list[tuple[str, list[str]]] = []
    for number in range(80):
        subject, chain = chance.choice(known or [("", [])])
        if not chain or chance.random() < 0.4:
            subject, chain = chance.choice(("Un", "Deux")), []
        elif chance.random() < 0.1:
            subject = f"Autre {number}"
        cited = chain if chance.random() < 0.7 else chain[-2:]
        known.append((subject, [*chain, f"<{number}@x>"]))
        if chance.random() < 0.8:
            prefix = "RE: " if cited else ""
            yield letter(prefix + subject, str(number), " ".join(cited))


def test_the_server_and_we_agree(
    open_store: OpenStore, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    for message in exchange(Random(7)):
        box.deliver(message)
    by_server = threads_of(open_store().conversations("INBOX", 1, 100))
    assert 10 < len(by_server) < 50
    monkeypatch.setattr(Connection, "has", lambda self, name: "THREAD" not in name)
    monkeypatch.setattr(orders, "load", lambda *args, **options: None)
    assert threads_of(open_store().conversations("INBOX", 1, 100)) == by_server
