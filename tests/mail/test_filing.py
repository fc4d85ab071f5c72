"""Moves, deletion and their undoing, on the real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import pytest
import time_machine
from django.core import signing

from convergence.errors import (
    Conflict,
    FolderMissing,
    InputRefused,
    MailUnavailable,
    MessageMissing,
)
from mail import filing, undoing
from mail.filing import Order
from mail.imap.opening import open_store
from mail.imap.pool import pool
from mail.imap.store import ImapStore
from mail.messages import Moved
from stack.people import Person
from tests.stack.boxes import Box

LETTER = b"Subject: x\r\nMessage-ID: <%d@x.test>\r\n\r\nx\r\n"


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    return mailbox_of(person)


@pytest.fixture
def store(person: Person) -> Iterator[ImapStore]:
    with open_store(person.uid, person.address, writable=True) as store:
        yield store
    pool.close()


@pytest.fixture
def uids(box: Box) -> list[int]:
    return [box.deliver(LETTER % number) for number in range(4)]


def test_what_is_deleted_goes_to_the_trash(
    store: ImapStore, box: Box, uids: list[int]
) -> None:
    filed = filing.delete(store, "INBOX", uids[:3])
    assert (filed.count, filed.target, filed.forever) == (3, "Trash", False)
    assert (len(box.messages()), len(box.messages("Trash"))) == (1, 3)


def test_in_the_trash_deletion_is_final(
    store: ImapStore, box: Box, uids: list[int]
) -> None:
    filing.delete(store, "INBOX", uids)
    with pytest.raises(Conflict):
        filing.delete(store, "Trash", [1, 2])
    filed = filing.delete(store, "Trash", [1, 2], forever=True)
    assert filed.forever
    assert filing.token(store, filed) == ""
    assert len(box.messages("Trash")) == 2


def test_undoing_brings_exactly_those_back(
    store: ImapStore, box: Box, uids: list[int]
) -> None:
    filing.delete(store, "INBOX", uids[:1])
    filed = filing.delete(store, "INBOX", uids[1:3])
    assert filing.restore(store, filing.token(store, filed)).count == 2
    back = b"".join(box.messages())
    assert [n for n in range(4) if b"<%d@" % n in back] == [1, 2, 3]


def test_undoing_twice_finds_nothing_more(store: ImapStore, uids: list[int]) -> None:
    filed = filing.delete(store, "INBOX", uids)
    filing.restore(store, filing.token(store, filed))
    with pytest.raises(MessageMissing):
        filing.restore(store, filing.token(store, filed))


def test_what_vanished_is_not_counted(
    store: ImapStore, box: Box, uids: list[int]
) -> None:
    filing.delete(store, "INBOX", uids[:2])
    assert filing.move(store, "INBOX", uids, "Archive").count == 2
    filed = filing.move(store, "INBOX", uids, "Archive")
    assert (filed.count, filing.token(store, filed)) == (0, "")


def test_a_move_to_the_same_folder_is_a_conflict(
    store: ImapStore, uids: list[int]
) -> None:
    for target in ("INBOX", "inbox"):
        with pytest.raises(Conflict):
            filing.move(store, "INBOX", uids, target)


def test_a_target_that_is_gone(store: ImapStore, uids: list[int]) -> None:
    with pytest.raises(FolderMissing):
        filing.move(store, "INBOX", uids, "Nulle part")
    assert store.page("INBOX", 1).total == 4


@pytest.mark.parametrize(
    "spoil", [str.upper, lambda t: t[:-1], lambda t: "x", str.strip]
)
def test_a_token_that_is_not_ours_is_refused(
    store: ImapStore, uids: list[int], spoil: Callable[[str], str]
) -> None:
    token = filing.token(store, filing.delete(store, "INBOX", uids))
    if spoil is str.strip:
        # signed by us, for something else
        token = signing.dumps({"mailbox": store.address}, salt="other")
    with pytest.raises(InputRefused):
        filing.restore(store, spoil(token))


def test_a_token_of_another_mailbox_is_refused(
    store: ImapStore, uids: list[int]
) -> None:
    token = filing.token(store, filing.delete(store, "INBOX", uids))
    store.address = "autre@ac-poitiers.test"
    with pytest.raises(InputRefused):
        filing.restore(store, token)


def test_a_token_ends(store: ImapStore, uids: list[int]) -> None:
    with time_machine.travel("2026-01-01T08:00:00Z", tick=True):
        token = filing.token(store, filing.delete(store, "INBOX", uids))
    with pytest.raises(InputRefused):
        filing.restore(store, token)


def test_a_trash_made_anew_gives_nothing_back(
    store: ImapStore, box: Box, uids: list[int]
) -> None:
    token = filing.token(store, filing.delete(store, "INBOX", uids))
    known = signing.loads(token, salt="mail.filing.undo")
    known["steps"][0]["uidvalidity"] += 1
    other = signing.dumps(known, salt="mail.filing.undo")
    with pytest.raises(MessageMissing):
        filing.restore(store, other)
    assert len(box.messages("Trash")) == 4


def test_each_is_archived_to_its_year(store: ImapStore, box: Box) -> None:
    dates = [datetime(year, 3, 10, tzinfo=UTC) for year in (2025, 2026, 2025)]
    uids = [store.append("INBOX", LETTER % n, (), at) for n, at in enumerate(dates)]
    filed = filing.archive(store, "INBOX", uids)
    assert filed.count == 3
    assert len(box.messages(f"{filed.target}/2025")) == 2
    assert len(box.messages(f"{filed.target}/2026")) == 1
    assert filing.restore(store, filing.token(store, filed)).count == 3
    assert len(box.messages()) == 3


def test_a_year_is_that_of_paris(store: ImapStore) -> None:
    at = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    uid = store.append("INBOX", LETTER % 1, (), at)
    filed = filing.archive(store, "INBOX", [uid])
    assert store.page(f"{filed.target}/2026", 1).total == 1


def test_what_is_archived_already_stays(store: ImapStore) -> None:
    at = datetime(2025, 3, 10, tzinfo=UTC)
    filed = filing.archive(store, "INBOX", [store.append("INBOX", LETTER % 1, (), at)])
    with pytest.raises(Conflict):
        filing.archive(store, f"{filed.target}/2025", [1])


def test_junk_is_moved_and_marked_for_the_filter(store: ImapStore, box: Box) -> None:
    uid = box.deliver(LETTER % 1, flags=("$NotJunk",))
    filed = filing.junk(store, "INBOX", [uid])
    assert {"$Junk"} <= box.flags(1, filed.target)
    assert "$NotJunk" not in box.flags(1, filed.target)
    filing.restore(store, filing.token(store, filed))
    [row] = store.page("INBOX", 1).rows
    assert row.flags & {"$Junk", "$NotJunk"} == {"$NotJunk"}


def test_what_was_junk_by_error_comes_to_the_inbox(store: ImapStore, box: Box) -> None:
    uid = box.deliver(LETTER % 1, folder="Junk", flags=("$Junk",))
    assert filing.not_junk(store, "Junk", [uid]).target == "INBOX"
    [row] = store.page("INBOX", 1).rows
    assert row.flags & {"$Junk", "$NotJunk"} == {"$NotJunk"}


def test_a_mark_taken_back_leaves_what_was_so_before(
    store: ImapStore, box: Box, uids: list[int]
) -> None:
    store.mark("INBOX", uids[:1], filing.MARKS["seen"][0], on=True)
    filed = filing.carry_out(store, "INBOX", uids, Order("seen"))
    assert filed.count == 3
    undoing.restore(store, undoing.packed(filed.steps))
    assert [r"\Seen" in box.flags(uid) for uid in uids] == [True, False, False, False]


@pytest.mark.parametrize("name", filing.MARKS)
def test_marks_are_set_and_unset(
    store: ImapStore, box: Box, uids: list[int], name: str
) -> None:
    flag, on = filing.MARKS[name]
    store.mark("INBOX", uids[:1], flag, on=not on)
    filing.mark(store, "INBOX", [*uids[:1], 999], name)
    assert (flag in box.flags(uids[0])) is on


def test_an_archive_that_stops_halfway_tells_what_it_did(
    store: ImapStore, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    for year in (2024, 2025):
        with box.opened() as client:
            client.append("INBOX", "", f'"01-Mar-{year} 10:00:00 +0100"', LETTER % year)
    move = store.move

    def full(folder: str, uids: Sequence[int], target: str, validity: int) -> Moved:
        if target.endswith("2025"):
            raise MailUnavailable
        return move(folder, uids, target, validity)

    monkeypatch.setattr(store, "move", full)
    filed = filing.archive(store, "INBOX", [1, 2])
    assert (filed.count, len(filed.steps)) == (1, 1)
    with pytest.raises(MailUnavailable):
        filing.archive(store, "INBOX", [2])


def test_an_archive_that_is_not_listed_is_missing(
    store: ImapStore, uids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImapStore, "folders", lambda store, now=False: ())
    with pytest.raises(FolderMissing):
        filing.archive(store, "INBOX", uids)
