"""Servers that lack extensions, as the proxy makes of Dovecot: the same answers."""

from __future__ import annotations

from datetime import date

import pytest

from mail.imap.store import ImapStore
from mail.messages import Query
from tests.mail.imap.conftest import OpenStore, letter
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy

EXTENSIONS = [
    *(b"LITERAL+", b"LIST-STATUS", b"LIST-EXTENDED", b"SPECIAL-USE", b"UIDPLUS"),
    *(b"MOVE", b"ESEARCH", b"PREVIEW", b"CONDSTORE", b"QUOTA"),
]


@pytest.fixture(params=[[name] for name in EXTENSIONS] + [EXTENSIONS], ids=str)
def hidden(request: pytest.FixtureRequest, proxy: Proxy) -> list[bytes]:
    proxy.hidden = set(request.param)
    return list(request.param)


@pytest.fixture
def poor(hidden: list[bytes], open_store: OpenStore) -> ImapStore:
    return open_store()


def test_a_server_without_extensions_serves_all_the_same(
    poor: ImapStore, box: Box
) -> None:
    uid = poor.append("INBOX", letter("été", "réunion " * 20))
    assert uid in (0, 1)
    assert poor.page("INBOX", 1).rows[0].envelope.subject == "été"
    assert poor.search("INBOX", Query(text="réunion"), 1).total == 1
    assert poor.since("INBOX", date(2026, 1, 1)) == 1
    assert poor.rank("INBOX", 1) == 0
    assert poor.find("INBOX", "<été@parents.test>") in ((), (1,))
    assert poor.read("INBOX", 1)[1]["1"].startswith("réunion".encode())
    poor.mark("INBOX", [1], r"\Flagged", on=True)
    assert r"\Flagged" in box.flags(1)


def test_it_moves_and_deletes(poor: ImapStore, box: Box) -> None:
    box.deliver(letter("un"))
    box.deliver(letter("deux"))
    moved = poor.move("INBOX", [1], "Trash")
    assert moved.uids == (1,)
    poor.expunge("INBOX", [2])
    assert len(box.messages("Trash")) == 1
    visible = [uid for uid in (1, 2) if r"\Deleted" not in flags(box, uid)]
    assert visible == []


def test_it_knows_the_folders_and_their_use(poor: ImapStore, box: Box) -> None:
    box.deliver(letter(), "Archive")
    found = {f.name: f for f in poor.folders()}
    uses = {name: found[name].special for name in ("INBOX", "Sent", "Trash", "Drafts")}
    assert uses == {
        "INBOX": "inbox",
        "Sent": "sent",
        "Trash": "trash",
        "Drafts": "drafts",
    }
    assert (found["Archive"].messages, found["Archive"].unseen) == (1, 1)
    assert poor.special("sent") == "Sent"
    assert poor.special("scheduled") == "Programmés"


def test_a_literal_that_waits_for_leave_may_be_refused(
    open_store: OpenStore, proxy: Proxy, box: Box
) -> None:
    proxy.hidden = {b"LITERAL+"}
    store = open_store()
    store.folders()
    proxy.answer(b"APPEND", b"NO [OVERQUOTA] full")
    with pytest.raises(Exception, match="pleine"):
        store.append("INBOX", letter())
    store.append("INBOX", letter())
    assert len(box.messages()) == 1


def flags(box: Box, uid: int) -> set[str]:
    with box.opened("INBOX") as client:
        found = client.uid("FETCH", str(uid), "(FLAGS)")[1][0]
    return {r"\Deleted"} if found is None or rb"\Deleted" in found else set()
