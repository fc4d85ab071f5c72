"""What every Store promises (mail/store.py): the one over IMAP and the one in memory,
so that the double stays honest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from convergence.errors import (
    Conflict,
    FolderMissing,
    ForbiddenCharacter,
    InputRefused,
    MessageMissing,
    ReadOnly,
)
from mail.imap.pool import Pool
from mail.imap.store import ImapStore
from mail.messages import DELETED, FLAGGED, SEEN, Citing, Query, Sorting
from mail.store import Store
from stack.people import Person
from tests.doubles.memory_store import MemoryStore

PLAIN = (
    b"From: =?utf-8?q?Ch=C3=A9rif?= Petit <c@parents.test>\r\n"
    b"To: l@ac-poitiers.test\r\nSubject: Sortie\r\n"
    b"Date: Tue, 24 Nov 2026 08:00:00 +0100\r\n"
    b"Message-ID: <p@parents.test>\r\n\r\nBonjour le monde.\r\n"
)
MIXED = (
    b"From: d@mairie.test\r\nSubject: Avec note\r\nMessage-ID: <m@mairie.test>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A9t=C3=A9\r\n"
    b'--b\r\nContent-Type: application/pdf; name="note.pdf"\r\n'
    b"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; "
    b'filename="note.pdf"\r\n\r\nJVBERg==\r\n--b--\r\n'
)


@pytest.fixture(params=["imap", "memory"])
def make(request: pytest.FixtureRequest) -> Iterator[Callable[[bool], Store]]:
    """`make(writable)`: the same mailbox each time."""
    if request.param == "memory":
        first = MemoryStore()

        def in_memory(writable: bool) -> Store:
            other = MemoryStore(writable=writable)
            other.boxes = first.boxes
            return other

        yield in_memory
        return
    person: Person = request.getfixturevalue("person")
    pool, opened = Pool(4), []

    def over_imap(writable: bool) -> Store:
        opened.append(ImapStore(pool, person.uid, person.address, writable=writable))
        return opened[-1]

    yield over_imap
    for store in opened:
        store.close()
    pool.close()


@pytest.fixture
def store(make: Callable[[bool], Store]) -> Store:
    return make(True)


def test_what_is_stored_is_listed(store: Store) -> None:
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    uid = store.append("INBOX", PLAIN, (FLAGGED,), at)
    [row] = store.page("INBOX", 1).rows
    envelope = row.envelope
    assert (row.uid, row.flagged, row.seen) == (uid, True, False)
    assert (envelope.subject, envelope.sender.name) == ("Sortie", "Chérif Petit")
    assert (envelope.received, envelope.size) == (at, len(PLAIN))
    assert envelope.message_id == "<p@parents.test>"
    assert not envelope.has_attachment


def test_it_tells_where_a_message_and_a_day_stand(store: Store) -> None:
    days = (datetime(2026, 11, day, 12, tzinfo=UTC) for day in (9, 12, 16))
    uids = [store.append("INBOX", PLAIN, at=day) for day in days]
    assert [store.rank("INBOX", uid) for uid in uids] == [2, 1, 0]
    assert store.rank("INBOX", 999) == 0
    asked = (date(2026, 11, 8), date(2026, 11, 10), date(2026, 11, 16), date.max)
    assert [store.since("INBOX", day) for day in asked] == [3, 2, 1, 0]


def test_it_finds_what_is_for_somebody_and_what_has_files(store: Store) -> None:
    uid = store.append("INBOX", PLAIN)
    other = store.append("INBOX", MIXED)
    addresses = ("x@ac-poitiers.test", "l@ac-poitiers.test")
    mine = store.search("INBOX", Query(to=addresses), 1)
    with_files = store.search("INBOX", Query(attachment=True), 1)
    assert [row.uid for row in mine.rows] == [uid]
    assert [row.uid for row in with_files.rows] == [other]
    both = Query(to=addresses, attachment=True)
    assert store.search("INBOX", both, 1).total == 0


def test_it_puts_a_folder_in_order(store: Store) -> None:
    uid, other = store.append("INBOX", PLAIN), store.append("INBOX", MIXED)
    for by, expected in {
        "date": [other, uid],
        "size": [other, uid],
        "subject": [other, uid],
        "sender": [uid, other],
    }.items():
        order = Sorting(by)  # type: ignore[arg-type]
        found = store.arranged("INBOX", order, 1)
        assert [row.uid for row in found.rows] == expected, by
        inverse = store.arranged("INBOX", replace(order, inverse=True), 1)
        assert [row.uid for row in inverse.rows] == expected[::-1], by


def test_single_rows_have_the_flags_of_now(store: Store) -> None:
    uids = [store.append("INBOX", PLAIN) for _ in range(3)]
    store.mark("INBOX", uids[:1], FLAGGED, on=True)
    rows = store.summaries("INBOX", [*uids[:2], 4_000_000])
    assert {row.uid: row.flagged for row in rows} == {uids[0]: True, uids[1]: False}


def test_pages_go_from_the_newest(store: Store) -> None:
    uids = [store.append("INBOX", PLAIN) for _ in range(5)]
    listing = store.page("INBOX", 2, 2)
    assert [row.uid for row in listing.rows] == [uids[2], uids[1]]
    assert (listing.total, listing.pages) == (5, 3)
    assert store.page("INBOX", 9, 2).number == 3


def test_conversations(store: Store) -> None:
    answer = PLAIN.replace(b"<p@", b"<r@").replace(
        b"Subject: Sortie", b"References: <p@parents.test>\r\nSubject: Re: Sortie"
    )
    uids = [store.append("INBOX", message) for message in (PLAIN, MIXED, answer)]
    listing = store.conversations("INBOX", 1)
    assert [row.uids for row in listing.rows] == [(uids[2], uids[0]), (uids[1],)]
    assert (listing.total, store.conversations("INBOX", 9, 1).number) == (2, 2)
    assert store.conversations("INBOX", 1, 1, around=uids[1]).number == 2
    newest = [store.conversations("INBOX", 1, 1, newer=n).number for n in (0, 1, 2, 9)]
    assert newest == [1, 2, 2, 2]
    store.mark("INBOX", uids[:1], FLAGGED, on=True)
    [row] = store.conversations_of("INBOX", [uids[0], 4_000_000])
    assert (row.uid, row.flagged, row.older[0].flagged) == (uids[2], False, True)
    assert store.conversation("INBOX", uids[0]) == row
    assert store.conversation("INBOX", 4_000_000) is None


def test_who_cites_whom_in_other_folders(store: Store) -> None:
    answer = PLAIN.replace(b"<p@", b"<r@").replace(
        b"Subject:", b"References: <p@parents.test>\r\nSubject:"
    )
    uid = store.append("INBOX", PLAIN)
    sent = [store.append("Sent", message) for message in (answer, MIXED)]
    names = ["<p@parents.test>", "not a name\r\n"]
    since = datetime.now(UTC).date() - timedelta(days=1)
    for search in (False, True, False):
        found = store.citing(store.folders(), names, since, search=search)
        assert found == Citing({"INBOX": (uid,), "Sent": (sent[0],)}, whole=True)
    more = store.append("Sent", answer.replace(b"<r@", b"<s@"))
    found = store.citing(store.folders(), names, since)
    assert found.uids["Sent"] == (sent[0], more)
    assert not store.citing(store.folders(), [], since).uids


def test_a_message_is_read(store: Store) -> None:
    uid = store.append("INBOX", MIXED)
    message, texts = store.read("INBOX", uid)
    assert texts == {"1": "été".encode()}
    assert message.header.subject == "Avec note"
    part, data = store.part("INBOX", uid, "2")
    assert (part.type, part.name, data) == ("application/pdf", "note.pdf", b"%PDF")
    assert SEEN in store.message("INBOX", uid).flags
    with store.source("INBOX", uid) as (size, pieces):
        assert (size, b"".join(pieces)) == (len(MIXED), MIXED)
    with store.stream("INBOX", uid, "2") as (_part, pieces):
        assert b"".join(pieces) == b"%PDF"


def test_a_reader_leaves_no_trace(make: Callable[[bool], Store], store: Store) -> None:
    uid = store.append("INBOX", PLAIN)
    reader = make(False)
    reader.read("INBOX", uid)
    assert SEEN not in store.message("INBOX", uid).flags
    for act in (
        lambda: reader.mark("INBOX", [uid], SEEN, on=True),
        lambda: reader.move("INBOX", [uid], "Trash"),
        lambda: reader.append("INBOX", PLAIN),
        lambda: reader.expunge("INBOX", [uid]),
        lambda: reader.replace("INBOX", PLAIN, (), [uid]),
        lambda: reader.create("Nouveau"),
    ):
        with pytest.raises(ReadOnly):
            act()


def state(store: Store) -> str:
    return next(f.state for f in store.folders(now=True) if f.name == "INBOX")


def test_marks(store: Store) -> None:
    uid = store.append("INBOX", PLAIN)
    before = state(store)
    store.mark("INBOX", [uid, 999], FLAGGED, on=True)
    assert FLAGGED in store.message("INBOX", uid).flags
    assert state(store) != before
    store.mark("INBOX", [uid], FLAGGED, on=False)
    assert FLAGGED not in store.message("INBOX", uid).flags


def test_moves(store: Store) -> None:
    uids = [store.append("INBOX", PLAIN) for _ in range(3)]
    moved = store.move("INBOX", [*uids[:2], 999], "Trash")
    assert moved.uids == tuple(uids[:2])
    assert [row.uid for row in store.page("Trash", 1).rows] == sorted(
        moved.new_uids, reverse=True
    )
    assert store.page("Trash", 1).uidvalidity == moved.target_uidvalidity
    assert store.move("INBOX", [999], "Trash").uids == ()
    with pytest.raises(Conflict):
        store.move("INBOX", [uids[2]], "INBOX")
    with pytest.raises(MessageMissing):
        store.move("INBOX", [uids[2]], "Trash", 7_777)
    assert store.page("INBOX", 1).total == 1


def test_replacements(store: Store) -> None:
    old, marked, other = (store.append("INBOX", PLAIN) for _ in range(3))
    store.mark("INBOX", [marked], DELETED, on=True)
    done = store.replace("INBOX", MIXED, (SEEN,), [old, marked, 999])
    assert done.uids == (old,)
    assert store.message("INBOX", done.uid).uidvalidity == done.uidvalidity
    assert SEEN in store.message("INBOX", done.uid).flags
    again = store.replace("INBOX", MIXED, (), [old], done.uidvalidity)
    stale = store.replace("INBOX", MIXED, (), [other], done.uidvalidity + 1)
    first = store.replace("INBOX", MIXED, (), ())
    assert again.uids == stale.uids == first.uids == ()
    left = [row.uid for row in store.page("INBOX", 1).rows]
    assert left == [first.uid, stale.uid, again.uid, done.uid, other]


def test_final_deletion(store: Store) -> None:
    uids = [store.append("INBOX", PLAIN) for _ in range(2)]
    store.expunge("INBOX", uids, 7_777)
    store.expunge("INBOX", [uids[0], 999])
    assert [row.uid for row in store.page("INBOX", 1).rows] == [uids[1]]


def test_searches(store: Store) -> None:
    first, second = store.append("INBOX", PLAIN), store.append("INBOX", MIXED)
    for query, uids in (
        (Query(text="sortie", within="subject"), [first]),
        (Query(text="mairie", within="sender"), [second]),
        (Query(text="monde", within="text"), [first]),
        (Query(unseen=True), [second, first]),
        (Query(flagged=True), []),
        (Query(text="introuvable"), []),
    ):
        found = store.search("INBOX", query, 1)
        assert [row.uid for row in found.rows] == uids, query
    assert store.find("INBOX", "<m@mairie.test>") == (second,)


@pytest.mark.parametrize(
    "part",
    ["p@parents.test", "parents.test", "<", "@", "", "<p@parents.tes>", "<P@x.test>"],
)
def test_a_part_of_a_message_id_finds_nothing(store: Store, part: str) -> None:
    store.append("INBOX", PLAIN)
    assert store.find("INBOX", part) == ()


@pytest.mark.parametrize(
    "name", ["<a/b@x.test>", "<CAJ+qwe=rty@mail.x.test>", "<a$b%c@x.test>"]
)
def test_a_message_id_may_hold_any_character(store: Store, name: str) -> None:
    store.append("INBOX", PLAIN.replace(b"<p@parents.test>", b"<z+z@x.test>"))
    uid = store.append("INBOX", PLAIN.replace(b"<p@parents.test>", name.encode()))
    assert store.find("INBOX", name) == (uid,)


def test_a_message_id_inside_another_is_another(store: Store) -> None:
    inside = b"x-<p@parents.test>"
    store.append("INBOX", PLAIN.replace(b"<p@parents.test>", b"<q@a.test> " + inside))
    uid = store.append("INBOX", PLAIN)
    assert store.find("INBOX", "<p@parents.test>") == (uid,)


def test_folders(store: Store) -> None:
    store.create("Projets")
    store.create("Projets")
    store.append("Projets", PLAIN)
    found = {folder.name: folder for folder in store.folders()}
    assert (found["Projets"].messages, found["Projets"].unseen) == (1, 1)
    assert found["INBOX"].special == "inbox"
    assert store.special("sent") == "Sent"
    assert "Programmés" not in found
    assert store.special("scheduled") == store.special("scheduled") == "Programmés"


def test_answers_are_found_by_what_they_name(store: Store) -> None:
    """Not what holds the name in its text, nor what a program sent by itself."""
    reply = PLAIN.replace(b"<p@", b"<r@").replace(b"Subject: ", b"%b\r\nSubject: Re: ")
    since = datetime.now(UTC).date() - timedelta(days=1)
    for line in (
        b"X-Other: <m@mairie.test>",
        b"In-Reply-To: <x-m@mairie.test>",
        b"In-Reply-To: <m@mairie.test>\r\nAuto-Submitted: auto-replied",
    ):
        store.append("INBOX", reply % line)
    assert store.answers("INBOX", "<m@mairie.test>", since) == ()
    store.append("INBOX", reply % b"References: <a@b.test>\r\n <m@mairie.test>")
    [sender] = store.answers("INBOX", "<m@mairie.test>", since)
    assert sender.email == "c@parents.test"
    assert store.answers("INBOX", "<m@mairie.test>", since + timedelta(days=3)) == ()


def test_what_is_not_there(store: Store) -> None:
    for act in (store.page, store.message):
        with pytest.raises(FolderMissing):
            act("Nulle part", 1)
    with pytest.raises(FolderMissing):
        store.append("Nulle part", PLAIN)
    uid = store.append("INBOX", PLAIN)
    for missing in (
        lambda: store.message("INBOX", 999),
        lambda: store.read("INBOX", 999),
        lambda: store.part("INBOX", uid, "7"),
    ):
        with pytest.raises(MessageMissing):
            missing()


def test_what_may_not_reach_a_protocol(store: Store) -> None:
    for act in (
        lambda: store.page("a\r\nb", 1),
        lambda: store.find("INBOX", "<x\r\n>"),
        lambda: store.mark("INBOX", [1], "a b", on=True),
        lambda: store.create("a\0"),
    ):
        with pytest.raises(ForbiddenCharacter):
            act()
    with pytest.raises(InputRefused):
        store.message("INBOX", 0)


def test_a_flag_is_changed_where_it_was_not_so(store: Store) -> None:
    uids = [store.append("INBOX", PLAIN, (SEEN,) if n else ()) for n in range(3)]
    marked = store.change("INBOX", [*uids, 4_000_000], SEEN, on=True)
    assert marked.uids == (uids[0],)
    back = store.change("INBOX", marked.uids, SEEN, marked.uidvalidity, on=False)
    assert back.uids == (uids[0],)
    assert store.change("INBOX", uids, "$Junk", on=False).uids == ()
    with pytest.raises(MessageMissing):
        store.change("INBOX", uids, SEEN, marked.uidvalidity + 1, on=True)


def test_when_messages_came(store: Store) -> None:
    at = datetime(2025, 11, 20, 8, tzinfo=UTC)
    uid = store.append("INBOX", PLAIN, (), at)
    assert store.received("INBOX", [uid, 999]) == {uid: at}


def test_all_that_matches_but_nothing_that_came_later(store: Store) -> None:
    uids = [store.append("INBOX", PLAIN, (SEEN,) if n else ()) for n in range(3)]
    state = next(f.state for f in store.folders() if f.name == "INBOX")
    store.append("INBOX", PLAIN)
    whole = store.matching("INBOX", Query(), state)
    assert set(uids) <= set(whole.uids) <= set(range(1, uids[-1] + 1))
    found = store.matching("INBOX", Query(unseen=True), state)
    assert (tuple(found.uids), found.count) == ((uids[0],), 1)
    assert store.matching("INBOX", Query(unseen=True)).count == 2
    with pytest.raises(MessageMissing):
        store.matching("INBOX", Query(), "1-1-5-99999")
