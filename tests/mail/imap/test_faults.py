"""The server goes away, lies, refuses or hangs: each act ends well or says why."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from convergence.errors import FolderMissing, MailUnavailable, OverQuota
from mail.imap import fetching, reader
from mail.imap.connection import PAGE_PATIENCE
from mail.imap.errors import ServerAnswer
from mail.imap.pool import Pool
from mail.imap.store import ImapStore
from stack import Stack
from tests.mail.imap.conftest import OpenStore, letter
from tests.stack.boxes import Box
from tests.stack.people import MakePerson
from tests.stack.proxy import Proxy

READS: list[Callable[[ImapStore], object]] = [
    lambda s: s.page("INBOX", 1),
    lambda s: s.read("INBOX", 1),
    lambda s: s.folders(),
    lambda s: s.folders(now=True),
    lambda s: s.part("INBOX", 1, "1"),
    lambda s: s.find("INBOX", "<x@y>"),
    lambda s: s.mark("INBOX", [1], r"\Flagged", on=True),
    lambda s: s.move("INBOX", [1], "Trash"),
    lambda s: s.append("INBOX", letter()),
]


@pytest.fixture
def kept(open_store: OpenStore, box: Box) -> Callable[[], ImapStore]:
    """Stores that use a connection from an earlier act, with INBOX selected."""
    box.deliver(letter())
    store = open_store()
    store.page("INBOX", 1)
    store.close()
    return open_store


@pytest.mark.parametrize("act", READS)
def test_a_kept_connection_that_died_costs_nobody_anything(
    kept: OpenStore, proxy: Proxy, act: Callable[[ImapStore], object]
) -> None:
    store = kept()
    proxy.break_all()
    act(store)


@pytest.mark.parametrize("verb", [b"FETCH", b"NOOP", b"LIST", b"UID FETCH"])
def test_a_read_that_was_cut_is_asked_again(
    kept: OpenStore, proxy: Proxy, verb: bytes
) -> None:
    store = kept()
    proxy.cut(verb, after=True)
    store.folders()
    assert store.page("INBOX", 1).total == 1
    assert store.read("INBOX", 1)[0].uid == 1


def test_a_mark_that_was_cut_is_done_once_more(kept: OpenStore, proxy: Proxy) -> None:
    store = kept()
    proxy.cut(b"UID STORE", after=True)
    store.mark("INBOX", [1], r"\Flagged", on=True)
    assert store.page("INBOX", 1).rows[0].flagged


def test_a_move_by_a_kept_connection_that_died_is_done(
    kept: OpenStore, proxy: Proxy, box: Box
) -> None:
    store = kept()
    proxy.break_all()
    assert store.move("INBOX", [1], "Trash").new_uids == (1,)


def test_a_move_that_was_cut_is_not_taken_for_one_that_moved_nothing(
    kept: OpenStore, proxy: Proxy, box: Box
) -> None:
    store = kept()
    proxy.cut(b"UID MOVE", after=True)
    with pytest.raises(MailUnavailable):
        store.move("INBOX", [1], "Trash")
    assert (len(box.messages()), len(box.messages("Trash"))) == (0, 1)


def test_a_copy_that_was_cut_is_not_done_again(
    kept: OpenStore, proxy: Proxy, box: Box, pool: Pool
) -> None:
    pool.close()
    proxy.hidden = {b"MOVE"}
    store = kept()
    store.page("INBOX", 1)
    proxy.cut(b"UID COPY", after=True)
    with pytest.raises(MailUnavailable):
        store.move("INBOX", [1], "Trash")
    assert (len(box.messages()), len(box.messages("Trash"))) == (1, 1)


def test_a_deposit_that_was_cut_is_never_repeated(
    kept: OpenStore, proxy: Proxy, box: Box
) -> None:
    store = kept()
    proxy.cut(b"APPEND", after=True)
    with pytest.raises(MailUnavailable):
        store.append("INBOX", letter("depot"))
    assert [c.startswith(b"APPEND") for c in proxy.commands].count(True) == 1
    # whether it was stored before the line was cut, nobody can tell
    assert len(box.messages()) <= 2


def test_after_a_restart_of_the_server_all_is_well(kept: OpenStore, box: Box) -> None:
    for _turn in range(2):
        store = kept()
        assert store.page("INBOX", 1).total == 1
        store.close()


def test_dovecot_restarted(kept: OpenStore, stack: Stack) -> None:
    store = kept()
    stack.stop("dovecot")
    try:
        with pytest.raises(MailUnavailable):
            store.page("INBOX", 1)
    finally:
        stack.start("dovecot")
    assert kept().page("INBOX", 1).total == 1


def test_dovecot_paused_is_answered_in_time(
    kept: OpenStore, stack: Stack, pool: Pool
) -> None:
    page = kept(patience=PAGE_PATIENCE)
    stack.pause("dovecot")
    try:
        with within(5), pytest.raises(MailUnavailable):
            page.page("INBOX", 1)
        # the hung connection is not kept for the next click
        with within(5), pytest.raises(MailUnavailable):
            kept(patience=PAGE_PATIENCE).page("INBOX", 1)
    finally:
        stack.resume("dovecot")
    assert kept().page("INBOX", 1).total == 1


def test_a_slow_server_does_not_get_the_patience_twice(
    open_store: OpenStore, proxy: Proxy
) -> None:
    page = open_store(patience=1.0)
    proxy.delay = 0.4
    with within(3), pytest.raises(MailUnavailable):
        all(page.folders() for _act in range(5))


def test_a_long_file_is_whole_however_slow_the_server(
    open_store: OpenStore, proxy: Proxy, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "CHUNK", 4096)
    data = letter(body="x" * 62 + "\r\n") + b"y" * 4 * 4096
    box.deliver(data)
    store = open_store(patience=1.0)
    store.message("INBOX", 1)
    proxy.delay = 0.3
    with store.source("INBOX", 1) as (size, pieces):
        assert size == sum(map(len, pieces)) == len(data)


@pytest.mark.parametrize(
    "line",
    [
        b"* BYE Shutting down",
        b"* 1 FETCH (BODY[1] {99999999999}",
        b"* 1 FETCH (BODY[1] {9999999999}\r\nx",
        b"+ what?\r\n%b",
    ],
)
def test_what_a_server_must_not_say_is_an_error_page(
    open_store: OpenStore, proxy: Proxy, line: bytes
) -> None:
    store = open_store(patience=1.0)
    store.folders()
    for _attempt in range(2):
        proxy.answer(b"EXAMINE", line if b"%b" in line else line + b"\r\n%b")
        proxy.answer(b"SELECT", line if b"%b" in line else line + b"\r\n%b")
    with within(5), pytest.raises(MailUnavailable):
        store.page("INBOX", 1)


def test_a_literal_beyond_all_bounds_is_not_allocated(
    open_store: OpenStore, proxy: Proxy
) -> None:
    store = open_store()
    store.folders()
    claim = reader.LITERAL_MAX + 1
    proxy.answer(b"LIST", b"* LIST {%d}\r\n" % claim)
    proxy.answer(b"LIST", b"* LIST {%d}\r\n" % claim)
    with pytest.raises(MailUnavailable):
        store.folders()


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"NO [OVERQUOTA] full", OverQuota),
        (b"NO [TRYCREATE] none", FolderMissing),
        (b"NO whatever", MailUnavailable),
        (b"BAD nonsense", MailUnavailable),
    ],
)
def test_a_refusal_keeps_the_connection(
    store: ImapStore, proxy: Proxy, said: bytes, error: type[Exception]
) -> None:
    store.folders()
    proxy.answer(b"APPEND", said)
    with pytest.raises(error):
        store.append("INBOX", letter())
    store.folders()
    assert proxy.connections == 1


def test_a_server_in_trouble_is_not_an_absent_folder(
    store: ImapStore, proxy: Proxy
) -> None:
    proxy.answer(b"SELECT", b"NO [SERVERBUG] Internal error")
    with pytest.raises(MailUnavailable):
        store.page("INBOX", 1)
    proxy.answer(b"SELECT", b"NO No such thing")
    with pytest.raises(FolderMissing):
        store.page("INBOX", 1)


def test_the_log_hears_the_code_and_not_the_name_of_a_folder(
    store: ImapStore, proxy: Proxy
) -> None:
    store.folders()
    said = b"NO [SERVERBUG] Mailbox is broken: Personnel/Divorce"
    for _attempt in range(2):
        proxy.answer(b"APPEND", said)
    with pytest.raises(MailUnavailable) as raised:
        store.append("INBOX", letter())
    cause = raised.value.__cause__
    assert isinstance(cause, ServerAnswer)
    assert "SERVERBUG" in repr(cause)
    assert "Divorce" not in repr(cause)


def test_a_full_mailbox_refuses_a_deposit(pool: Pool, make_person: MakePerson) -> None:
    person = make_person(quota=100_000)
    store = ImapStore(pool, person.uid, person.address, writable=True)
    try:
        with pytest.raises(OverQuota, match="pleine"):
            store.append("INBOX", letter(body="x" * 60 + "\r\n") * 5000)
        assert store.folders()
    finally:
        store.close()


def test_an_unknown_mailbox_is_unavailable(pool: Pool) -> None:
    store = ImapStore(pool, "personne", "personne@ac-poitiers.test", writable=True)
    with pytest.raises(MailUnavailable):
        store.folders()
    assert pool.open == 0


def test_a_greeting_that_drips_is_given_up(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.IMAP_PORT = server.getsockname()[1]
        threading.Thread(target=_silent, args=(server,), daemon=True).start()
        store = ImapStore(Pool(1), "x", "x@y.test", writable=True)
        with within(5), pytest.raises(MailUnavailable):
            store.folders()


def _silent(server: socket.socket) -> None:
    near, _ = server.accept()
    with near:
        near.recv(1)


class within:
    """A generous cap on how long something takes."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __enter__(self) -> None:
        self.begin = time.monotonic()

    def __exit__(self, *_: object) -> None:
        assert time.monotonic() - self.begin < self.seconds
