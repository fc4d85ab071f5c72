"""An exchange over several folders: what is known of their last messages, and what is
searched beyond them."""

from __future__ import annotations

from datetime import date

import pytest

from mail.imap import recents
from mail.imap.pool import Pool
from mail.imap.store import ImapStore
from mail.messages import Citing
from tests.mail.imap.conftest import OpenStore
from tests.mail.imap.test_threads import letter
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy

LONG_AGO = date(2000, 1, 1)


def asked(store: ImapStore, *, search: bool = False) -> Citing:
    folders = store.folders(now=True)
    return store.citing(folders, ["<a@x>"], LONG_AGO, search=search)


@pytest.fixture
def exchange(box: Box) -> Box:
    box.deliver(letter("Sortie", "a"))
    box.deliver(letter("Re: Sortie", "b", "<a@x>"), folder="Sent")
    box.deliver(letter("Cantine", "c"), folder="Sent")
    return box


def test_what_is_known_asks_the_server_nothing(
    store: ImapStore, exchange: Box, proxy: Proxy
) -> None:
    found = asked(store)
    assert found == Citing({"INBOX": (1,), "Sent": (1,)}, whole=True)
    folders = store.folders()
    proxy.clear()
    assert store.citing(folders, ["<a@x>"], LONG_AGO) == found
    assert proxy.commands == []


def test_what_came_since_is_fetched_alone(
    store: ImapStore, exchange: Box, proxy: Proxy
) -> None:
    asked(store)
    exchange.deliver(letter("RE: Sortie", "d", "<a@x> <b@x>"), folder="Sent")
    proxy.clear()
    assert asked(store).uids["Sent"] == (1, 3)
    fetched = [command for command in proxy.commands if b"FETCH" in command]
    assert [command.split()[2] for command in fetched] == [b"3:*"]


def test_it_is_known_in_another_process(
    store: ImapStore, exchange: Box, proxy: Proxy
) -> None:
    found = asked(store)
    recents._near.clear()
    folders = store.folders()
    proxy.clear()
    assert store.citing(folders, ["<a@x>"], LONG_AGO) == found
    assert proxy.commands == []


def test_a_folder_made_anew_is_read_anew(
    open_store: OpenStore, pool: Pool, exchange: Box
) -> None:
    exchange.deliver(letter("Re: Sortie", "e", "<a@x>"), folder="Classe")
    store = open_store()
    assert asked(store).uids["Classe"] == (1,)
    store.close()
    pool.close()
    with exchange.opened() as client:
        client.delete("Classe")
    exchange.deliver(letter("Cantine", "f"), folder="Classe")
    assert "Classe" not in asked(open_store()).uids


def test_what_has_left_takes_nobody_s_place(
    store: ImapStore, exchange: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recents, "LAST_MAX", 3)
    for round_ in range(4):
        assert asked(store).uids["INBOX"] == (1,)
        uids = [exchange.deliver(letter("Autre", f"n{round_}{n}")) for n in range(2)]
        assert asked(store).uids["INBOX"] == (1,)
        with exchange.opened("INBOX") as client:
            client.uid("MOVE", ",".join(map(str, uids)), "Archive")


def test_after_many_have_come_the_last_are_read(
    store: ImapStore, exchange: Box, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recents, "LAST_MAX", 2)
    asked(store)
    for number in range(5):
        exchange.deliver(letter("Autre", f"n{number}"))
    exchange.deliver(letter("Re: Sortie", "z", "<a@x>"))
    proxy.clear()
    assert asked(store).uids["INBOX"] == (7,)
    [command] = [c for c in proxy.commands if c.startswith(b"FETCH")]
    assert command.startswith(b"FETCH 6:*")


def test_a_folder_without_time_is_not_taken_for_known(
    store: ImapStore, exchange: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked(store, search=True).whole
    exchange.deliver(letter("Re: Sortie", "y", "<a@x>"), folder="Sent")
    monkeypatch.setattr(recents, "SECONDS", -1.0)
    assert not asked(store).whole


def test_older_messages_are_found_by_a_search_and_remembered(
    store: ImapStore, box: Box, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recents, "LAST_MAX", 2)
    names = ["<sortie-du-printemps@x>"]
    box.deliver(letter("Sortie", "sortie-du-printemps"))
    for number in range(3):
        box.deliver(letter("Autre", f"n{number}"))
    first = store.citing(store.folders(), names, LONG_AGO, search=False)
    assert first == Citing({}, whole=False)
    whole = Citing({"INBOX": (1,)}, whole=True)
    assert store.citing(store.folders(), names, LONG_AGO) == whole
    box.deliver(letter("Autre", "n3"))
    proxy.clear()
    assert store.citing(store.folders(), names, LONG_AGO, search=False) == whole
    assert not [command for command in proxy.commands if b"SEARCH" in command]


@pytest.mark.parametrize("kept", ["nonsense", [1, 2, 3], ["a", 1, 1, "é", 5]])
def test_what_another_version_has_kept_is_read_anew(kept: object) -> None:
    assert recents._thawed(kept) == recents.Recents()
