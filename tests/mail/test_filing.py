"""Moves, deletion and their undoing, on the real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.core import signing

from convergence.errors import Conflict, FolderMissing, InputRefused, MessageMissing
from mail import filing
from mail.imap.opening import open_store
from mail.imap.pool import pool
from mail.imap.store import ImapStore
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
    filed = filing.delete(store, "Trash", [1, 2])
    assert filed.forever
    assert filed.token == ""
    assert len(box.messages("Trash")) == 2


def test_undoing_brings_exactly_those_back(
    store: ImapStore, box: Box, uids: list[int]
) -> None:
    filing.delete(store, "INBOX", uids[:1])
    filed = filing.delete(store, "INBOX", uids[1:3])
    assert filing.restore(store, filed.token).count == 2
    back = b"".join(box.messages())
    assert [n for n in range(4) if b"<%d@" % n in back] == [1, 2, 3]


def test_undoing_twice_finds_nothing_more(store: ImapStore, uids: list[int]) -> None:
    filed = filing.delete(store, "INBOX", uids)
    filing.restore(store, filed.token)
    with pytest.raises(MessageMissing):
        filing.restore(store, filed.token)


def test_what_vanished_is_not_counted(
    store: ImapStore, box: Box, uids: list[int]
) -> None:
    filing.delete(store, "INBOX", uids[:2])
    assert filing.move(store, "INBOX", uids, "Archive").count == 2
    filed = filing.move(store, "INBOX", uids, "Archive")
    assert (filed.count, filed.token) == (0, "")


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
    token = filing.delete(store, "INBOX", uids).token
    if spoil is str.strip:
        # signed by us, for something else
        token = signing.dumps({"mailbox": store.address}, salt="other")
    with pytest.raises(InputRefused):
        filing.restore(store, spoil(token))


def test_a_token_of_another_mailbox_is_refused(
    store: ImapStore, uids: list[int]
) -> None:
    token = filing.delete(store, "INBOX", uids).token
    store.address = "autre@ac-poitiers.test"
    with pytest.raises(InputRefused):
        filing.restore(store, token)


def test_a_token_ends(store: ImapStore, uids: list[int]) -> None:
    with time_machine.travel("2026-01-01T08:00:00Z", tick=True):
        token = filing.delete(store, "INBOX", uids).token
    with pytest.raises(InputRefused):
        filing.restore(store, token)


def test_a_trash_made_anew_gives_nothing_back(
    store: ImapStore, box: Box, uids: list[int]
) -> None:
    token = filing.delete(store, "INBOX", uids).token
    known = signing.loads(token, salt="mail.filing.undo")
    other = signing.dumps(
        known | {"uidvalidity": known["uidvalidity"] + 1}, salt="mail.filing.undo"
    )
    with pytest.raises(MessageMissing):
        filing.restore(store, other)
    assert len(box.messages("Trash")) == 4


@pytest.mark.parametrize("name", filing.MARKS)
def test_marks_are_set_and_unset(
    store: ImapStore, box: Box, uids: list[int], name: str
) -> None:
    flag, on = filing.MARKS[name]
    store.mark("INBOX", uids[:1], flag, on=not on)
    filing.mark(store, "INBOX", [*uids[:1], 999], name)
    assert (flag in box.flags(uids[0])) is on
