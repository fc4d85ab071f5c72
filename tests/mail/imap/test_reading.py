"""Lists and messages as the server has them, whatever others do meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from convergence.errors import FolderMissing, MessageMissing, ReadOnly
from mail.imap.pool import Pool
from mail.imap.store import ImapStore
from mail.messages import Query
from tests.mail.imap.conftest import OpenStore, letter
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy


def subjects(store: ImapStore, folder: str = "INBOX", number: int = 1) -> list[str]:
    return [row.envelope.subject for row in store.page(folder, number, 3).rows]


def test_pages_go_from_the_newest_to_the_oldest(store: ImapStore, box: Box) -> None:
    for n in range(7):
        box.deliver(letter(f"m{n}"))
    assert subjects(store) == ["m6", "m5", "m4"]
    assert subjects(store, number=3) == ["m0"]
    assert subjects(store, number=99) == ["m0"]


def test_an_empty_folder_has_one_empty_page(store: ImapStore) -> None:
    listing = store.page("INBOX", 1)
    assert (listing.rows, listing.total, listing.pages) == ((), 0, 1)


def test_new_mail_is_on_the_next_page_asked(store: ImapStore, box: Box) -> None:
    box.deliver(letter("m0"))
    subjects(store)
    box.deliver(letter("m1"))
    assert subjects(store) == ["m1", "m0"]
    assert store.page("INBOX", 1).total == 2


def test_what_others_expunged_is_gone(store: ImapStore, box: Box) -> None:
    uids = [box.deliver(letter(f"m{n}")) for n in range(5)]
    subjects(store)
    expunge(box, uids[1], uids[4])
    assert subjects(store) == ["m3", "m2", "m0"]
    assert store.page("INBOX", 1).total == 3


def test_flags_are_those_of_this_moment(store: ImapStore, box: Box) -> None:
    uid = box.deliver(letter())
    store.page("INBOX", 1)
    flag(box, uid, r"+FLAGS (\Flagged)")
    assert store.page("INBOX", 1).rows[0].flagged
    assert store.message("INBOX", uid).flags >= {r"\Flagged"}
    flag(box, uid, r"-FLAGS (\Flagged)")
    # a STATUS with HIGHESTMODSEQ makes the server add MODSEQ to what it tells
    store.folders(now=True)
    assert not store.page("INBOX", 1).rows[0].flagged


def test_a_folder_made_anew_is_counted_anew(
    open_store: OpenStore, pool: Pool, box: Box
) -> None:
    box.deliver(letter(), "Notes")
    box.deliver(letter(), "Notes")
    store = open_store()
    store.page("Notes", 1)
    # a connection that still had the old folder open would make Dovecot lose what
    # comes to the new one
    store.close()
    pool.close()
    with box.opened() as client:
        client.delete("Notes")
        client.create("Notes")
        client.append("Notes", "", "", letter("neuf"))
    store = open_store()
    counts = {f.name: f.messages for f in store.folders(now=True)}
    assert counts["Notes"] == 1
    assert subjects(store, "Notes") == ["neuf"]


def test_reading_marks_as_seen(store: ImapStore, box: Box) -> None:
    uid = box.deliver(letter())
    message, texts = store.read("INBOX", uid)
    assert texts == {"1": b"Texte.\r\n"}
    assert r"\Seen" in message.flags
    assert r"\Seen" in box.flags(uid)


def test_a_message_without_text_is_marked_as_seen_too(
    store: ImapStore, box: Box
) -> None:
    more = "MIME-Version: 1.0\r\nContent-Type: application/pdf\r\n"
    uid = box.deliver(letter(more=more))
    _message, texts = store.read("INBOX", uid)
    assert texts == {}
    assert r"\Seen" in box.flags(uid)


def test_looking_at_the_header_marks_nothing(store: ImapStore, box: Box) -> None:
    uid = box.deliver(letter())
    store.message("INBOX", uid)
    store.part("INBOX", uid, "1")
    with store.source("INBOX", uid) as (_size, pieces):
        assert b"".join(pieces) == letter()
    assert r"\Seen" not in box.flags(uid)


def test_a_reader_changes_nothing(open_store: OpenStore, box: Box) -> None:
    uid = box.deliver(letter())
    reader = open_store(writable=False)
    reader.page("INBOX", 1)
    reader.read("INBOX", uid)
    assert r"\Seen" not in box.flags(uid)


@pytest.mark.parametrize(
    "act",
    [
        lambda s: s.mark("INBOX", [1], r"\Seen", on=True),
        lambda s: s.move("INBOX", [1], "Trash"),
        lambda s: s.expunge("INBOX", [1]),
        lambda s: s.append("INBOX", b"x"),
        lambda s: s.create("Nouveau"),
    ],
)
def test_a_reader_is_refused_before_anything_is_sent(
    open_store: OpenStore, proxy: Proxy, act: Callable[[ImapStore], object]
) -> None:
    reader = open_store(writable=False)
    reader.folders()
    proxy.clear()
    with pytest.raises(ReadOnly):
        act(reader)
    assert proxy.commands == []


def test_a_message_that_vanished_is_told_apart(store: ImapStore, box: Box) -> None:
    uid = box.deliver(letter())
    store.page("INBOX", 1)
    expunge(box, uid)
    for act in (store.read, store.message):
        with pytest.raises(MessageMissing):
            act("INBOX", uid)
    with pytest.raises(MessageMissing):
        store.part("INBOX", uid, "1")


def test_a_message_that_this_connection_has_not_heard_of(
    store: ImapStore, open_store: OpenStore, box: Box
) -> None:
    store.page("INBOX", 1)
    uid = box.deliver(letter())
    # its envelope is in the cache already: somebody else has opened the list
    open_store().page("INBOX", 1)
    assert store.read("INBOX", uid)[0].header.subject == "Bonjour"


def test_a_part_that_does_not_exist(store: ImapStore, box: Box) -> None:
    uid = box.deliver(letter())
    with pytest.raises(MessageMissing):
        store.part("INBOX", uid, "1.7")


def test_a_folder_made_anew_never_shows_the_old_one(store: ImapStore, box: Box) -> None:
    box.deliver(letter("ancien"), "Dossier")
    before = store.page("Dossier", 1)
    again(box, "Dossier", letter("nouveau"))
    after = store.page("Dossier", 1)
    # Dovecot may lose its own count here, so "nouveau" is not demanded
    assert "ancien" not in [row.envelope.subject for row in after.rows]
    assert after.uidvalidity != before.uidvalidity


@pytest.mark.parametrize("act", ["page", "read"])
def test_a_server_that_complains_of_a_known_folder_is_asked_anew(
    store: ImapStore, box: Box, proxy: Proxy, act: str
) -> None:
    uid = box.deliver(letter())
    store.page("INBOX", 1)
    # so says Dovecot of a folder that was made anew while it was selected
    complaint = b"* NO Internal error occurred.\r\n%b OK done"
    proxy.answer(b"FETCH" if act == "page" else b"UID FETCH", complaint)
    getattr(store, act)("INBOX", uid)
    assert proxy.connections == 2


def test_a_folder_renamed_meanwhile(store: ImapStore, box: Box) -> None:
    uid = box.deliver(letter(), "Dossier")
    store.page("Dossier", 1)
    with box.opened() as client:
        client.rename("Dossier", "Autre")
    with pytest.raises(FolderMissing):
        store.page("Dossier", 1)
    with pytest.raises(FolderMissing):
        store.read("Dossier", uid)
    assert store.page("Autre", 1).total == 1


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ('"', b'"\\""'),
        ("a\\b", b'"a\\\\b"'),
        ("(x) {3}", b'"(x) {3}"'),
        ("NIL", b'"NIL"'),
        ("été", b"{5+}\r\n\xc3\xa9t\xc3\xa9"),
        ("a" * 600, b"{600+}\r\n" + b"a" * 600),
    ],
)
def test_a_search_text_is_one_command(
    store: ImapStore, proxy: Proxy, text: str, sent: bytes
) -> None:
    store.page("INBOX", 1)
    proxy.clear()
    store.search("INBOX", Query(text=text, within="text"), 1)
    charset = b"" if text.isascii() else b"CHARSET UTF-8 "
    assert proxy.commands == [
        b"NOOP",
        b"UID SEARCH RETURN (ALL) " + charset + b"BODY " + sent,
    ]


def test_searching_finds_by_sender_subject_and_text(store: ImapStore, box: Box) -> None:
    box.deliver(letter("Conseil"))
    box.deliver(letter("Sortie"))
    for text, within, total in (
        ("petit", "sender", 2),
        ("conseil", "subject", 1),
        ("texte", "text", 2),
        ("sortie", "all", 1),
        ("absent", "all", 0),
    ):
        listing = store.search("INBOX", Query(text=text, within=within), 1)  # type: ignore[arg-type]
        assert listing.total == total, (text, within)


def test_a_search_has_pages(store: ImapStore, box: Box) -> None:
    uids = [box.deliver(letter(f"m{n}")) for n in range(5)]
    flag(box, uids[2], r"+FLAGS (\Seen)")
    listing = store.search("INBOX", Query(unseen=True), 2, size=3)
    assert [row.uid for row in listing.rows] == [uids[0]]
    assert (listing.total, listing.pages) == (4, 2)


def expunge(box: Box, *uids: int) -> None:
    with box.opened("INBOX") as client:
        for uid in uids:
            client.uid("STORE", str(uid), "+FLAGS", r"(\Deleted)")
        client.expunge()


def flag(box: Box, uid: int, change: str) -> None:
    item, _, value = change.partition(" ")
    with box.opened("INBOX") as client:
        client.uid("STORE", str(uid), item, value)


def again(box: Box, folder: str, message: bytes) -> None:
    with box.opened() as client:
        client.delete(folder)
    box.deliver(message, folder)
