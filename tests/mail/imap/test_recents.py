"""An exchange over several folders: what is known of their last messages, and what is
searched beyond them."""

from __future__ import annotations

from datetime import date

import pytest

from mail.imap import recents
from mail.imap.store import ImapStore
from mail.messages import Citing
from tests.mail.imap.test_threads import letter
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy

LONG_AGO = date(2000, 1, 1)


def asked(store: ImapStore, *, search: bool = False) -> Citing:
    return store.citing(store.folders(), ["<a@x>"], LONG_AGO, search=search)


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


def test_a_folder_made_anew_is_read_anew(store: ImapStore, exchange: Box) -> None:
    exchange.deliver(letter("Re: Sortie", "e", "<a@x>"), folder="Classe")
    assert asked(store).uids["Classe"] == (1,)
    with exchange.opened() as client:
        client.delete("Classe")
    exchange.deliver(letter("Cantine", "f"), folder="Classe")
    assert "Classe" not in asked(store).uids


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
