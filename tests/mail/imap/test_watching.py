"""The watch of a mailbox by NOTIFY, by IDLE and by polling, on the real server."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Iterator

import pytest
from pytest_django.fixtures import Settings

from mail.imap import watching
from mail.imap.counts import Counts, What
from mail.imap.watching import Watch
from stack import Stack
from stack.people import Person
from tests.mail.imap.conftest import letter
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy

pytestmark = pytest.mark.live
SECONDS = 20.0


class Heard:
    """What a watch told, and its loop in a thread."""

    def __init__(self, login: str, *folders: str) -> None:
        self.told: list[tuple[str, set[What]]] = []
        self.states: list[bool] = []
        self.watch = Watch(login, self)
        for folder in folders:
            self.watch.show(folder)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def changed(self, folder: str, what: Iterable[What]) -> None:
        self.told.append((folder, set(what)))

    def watching(self, on: bool) -> None:
        self.states.append(on)

    def _run(self) -> None:
        self._task = self._loop.create_task(self.watch.run())
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            self._loop.close()

    def start(self) -> Heard:
        self._thread.start()
        self.until(lambda: True in self.states)
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(5)

    def until(self, true: Callable[[], bool]) -> None:
        end = time.monotonic() + SECONDS
        while not true():
            assert time.monotonic() < end, self.told
            time.sleep(0.01)

    def expect(self, folder: str, what: What) -> None:
        self.until(lambda: any(f == folder and what in w for f, w in self.told))
        self.told.clear()


Listen = Callable[..., Heard]


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    return mailbox_of(person)


@pytest.fixture
def listen(
    person: Person, proxy: Proxy, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Listen]:
    """`listen("Notes", without={"NOTIFY"})`: a watch through the proxy."""
    settings.IMAP_PORT = proxy.port
    settings.IMAP_TLS = "off"
    monkeypatch.setattr(watching, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(watching, "RETRY_SECONDS", (0.05,))
    running: list[Heard] = []

    def begin(*folders: str, without: Iterable[bytes] = ()) -> Heard:
        proxy.hidden = set(without)
        running.append(Heard(person.uid, *folders).start())
        return running[-1]

    yield begin
    for heard in running:
        heard.stop()


WAYS = {"notify": set(), "idle": {b"NOTIFY"}, "poll": {b"NOTIFY", b"IDLE"}}


@pytest.mark.parametrize("way", WAYS)
def test_mail_marks_and_deletions_made_elsewhere_are_told(
    listen: Listen, box: Box, way: str
) -> None:
    box.deliver(letter("Avant"))
    heard = listen("INBOX", without=WAYS[way])
    uid = box.deliver(letter("Nouveau"))
    heard.expect("INBOX", "new")
    with box.opened("INBOX") as client:
        client.uid("STORE", str(uid), "+FLAGS", "(\\Flagged)")
        heard.expect("INBOX", "flags")
        client.uid("STORE", str(uid), "-FLAGS", "(\\Flagged)")
        heard.expect("INBOX", "flags")
        client.uid("MOVE", str(uid), "Trash")
        heard.expect("INBOX", "gone")


def test_a_folder_that_nobody_shows_is_told_of(listen: Listen, box: Box) -> None:
    heard = listen("INBOX")
    box.deliver(letter(), "Archive")
    heard.expect("Archive", "new")
    box.deliver(letter(), "Voyages")
    heard.expect("Voyages", "folders")


def test_without_notify_two_folders_are_watched_on_one_connection(
    listen: Listen, box: Box, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "TOGETHER_SECONDS", 0.2)
    box.deliver(letter(), "Notes")
    heard = listen("INBOX", "Notes", without={b"NOTIFY"})
    box.deliver(letter())
    heard.expect("INBOX", "new")
    box.deliver(letter(), "Notes")
    heard.expect("Notes", "new")
    assert proxy.connections == 1


def test_a_folder_that_is_not_there_ends_nothing(listen: Listen, box: Box) -> None:
    heard = listen("Absent", without={b"NOTIFY"})
    heard.watch.show("INBOX")
    heard.watch.show("a\r\nb")
    box.deliver(letter())
    heard.expect("INBOX", "new")


def test_a_folder_made_anew_is_told_of(listen: Listen, box: Box) -> None:
    box.deliver(letter(), "Notes")
    heard = listen("Notes")
    with box.opened() as client:
        client.delete("Notes")
        client.create("Notes")
    heard.until(lambda: any(folder == "Notes" for folder, _ in heard.told))


def test_a_line_that_breaks_is_taken_up_again(
    listen: Listen, box: Box, proxy: Proxy
) -> None:
    heard = listen("INBOX")
    proxy.break_all()
    heard.until(lambda: heard.states[-3:] == [True, False, True])
    box.deliver(letter())
    heard.expect("INBOX", "new")


def test_what_a_server_forgets_to_tell_is_asked_for(
    listen: Listen, box: Box, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SURE_SECONDS", 0.1)
    heard = listen("INBOX")
    heard.until(lambda: sum(c.startswith(b"LIST") for c in proxy.commands) > 3)
    assert heard.told == []
    box.deliver(letter())
    heard.expect("INBOX", "new")


def test_a_refused_notify_is_done_without(
    listen: Listen, box: Box, proxy: Proxy
) -> None:
    proxy.answer(b"NOTIFY", b"NO [NOTIFICATIONOVERFLOW] too many")
    heard = listen("INBOX")
    box.deliver(letter())
    heard.expect("INBOX", "new")
    assert any(command.startswith(b"IDLE") for command in proxy.commands)


def test_a_server_that_refuses_to_be_watched_is_asked_ever_less(
    listen: Listen, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "RETRY_SECONDS", (0.02, 0.02, 60.0))
    for _time in range(9):
        proxy.answer(b"EXAMINE", b"NO not now")
    heard = listen("INBOX", without={b"NOTIFY"})
    heard.until(lambda: heard.states.count(False) == 3)
    time.sleep(0.3)
    assert proxy.connections == 3


def test_whatever_fails_it_is_told_and_tried_again(
    listen: Listen, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, failures = Counts.note, [RuntimeError()]

    def fail(counts: Counts, name: str, items: dict[bytes, int]) -> frozenset[What]:
        if failures:
            raise failures.pop()
        return note(counts, name, items)

    monkeypatch.setattr(Counts, "note", fail)
    heard = listen("INBOX")
    assert heard.states == [False, True]
    box.deliver(letter())
    heard.expect("INBOX", "new")


def test_it_speaks_tls(person: Person, stack: Stack) -> None:
    heard = Heard(person.uid, "INBOX").start()
    assert heard.states == [True]
    heard.stop()
