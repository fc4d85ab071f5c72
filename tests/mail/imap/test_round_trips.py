"""What a page asks of the server: exact commands, exact numbers of round trips."""

from __future__ import annotations

import pytest

from mail.imap.store import ImapStore
from mail.messages import Query
from tests.mail.imap.conftest import OpenStore, letter
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy


@pytest.fixture
def filled(box: Box) -> list[int]:
    return [box.deliver(letter(f"lettre{n}")) for n in range(3)]


@pytest.fixture
def warm(store: ImapStore, filled: list[int], proxy: Proxy) -> ImapStore:
    """Everything is in the cache, and the folder is selected."""
    store.page("INBOX", 1)
    proxy.clear()
    return store


def test_a_warm_page_is_one_round_trip(warm: ImapStore, proxy: Proxy) -> None:
    warm.page("INBOX", 1)
    assert proxy.commands == [b"FETCH 1:3 (UID FLAGS)", b"NOOP"]
    assert proxy.round_trips == 1


def test_a_warm_page_of_a_kept_connection_is_one_round_trip(
    open_store: OpenStore, filled: list[int], proxy: Proxy
) -> None:
    for _visit in range(2):
        visit = open_store()
        proxy.clear()
        visit.page("INBOX", 1)
        visit.close()
    assert proxy.round_trips == 1


def test_a_text_message_is_one_round_trip(
    warm: ImapStore, filled: list[int], proxy: Proxy
) -> None:
    warm.read("INBOX", filled[0])
    items = b"UID FLAGS BODY.PEEK[HEADER]<0.262144> BODY[1]<0.2097152>"
    assert proxy.commands == [b"UID FETCH %d (%b)" % (filled[0], items), b"NOOP"]
    assert proxy.round_trips == 1


def test_a_message_read_by_a_reader_is_one_round_trip(
    open_store: OpenStore, filled: list[int], proxy: Proxy
) -> None:
    reader = open_store(writable=False)
    reader.page("INBOX", 1)
    proxy.clear()
    reader.read("INBOX", filled[0])
    assert proxy.round_trips == 1
    assert b"BODY[1]" not in proxy.commands[0]


def test_folders_with_counts_are_one_round_trip(warm: ImapStore, proxy: Proxy) -> None:
    warm.folders()
    assert proxy.round_trips == len(proxy.commands) == 1


def test_a_mark_is_one_round_trip(
    warm: ImapStore, filled: list[int], proxy: Proxy
) -> None:
    warm.mark("INBOX", filled, r"\Flagged", on=True)
    assert proxy.commands == [b"UID STORE 1:3 +FLAGS.SILENT (\\Flagged)"]


def test_a_move_is_two_round_trips(
    warm: ImapStore, filled: list[int], proxy: Proxy
) -> None:
    warm.move("INBOX", filled[:1], "Trash")
    assert proxy.commands == [b"NOOP", b"UID MOVE 1 Trash"]


def test_a_search_is_three_round_trips(warm: ImapStore, proxy: Proxy) -> None:
    warm.search("INBOX", Query(text="lettre1", within="subject"), 1)
    assert proxy.commands == [
        b"NOOP",
        b"UID SEARCH RETURN (ALL) SUBJECT lettre1",
        b"UID FETCH 2 (UID FLAGS)",
    ]


def test_envelopes_are_asked_once(store: ImapStore, box: Box, proxy: Proxy) -> None:
    box.deliver(letter())
    store.page("INBOX", 1)
    box.deliver(letter())
    proxy.clear()
    store.page("INBOX", 1)
    fetched = [c for c in proxy.commands if b"BODYSTRUCTURE" in c]
    assert len(fetched) == 1
    assert fetched[0].startswith(b"UID FETCH 2 ")
