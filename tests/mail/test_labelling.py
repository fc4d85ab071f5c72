"""Labels on messages: on the real server, and what deleting one leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytest_django.fixtures import Settings

from convergence.errors import InputRefused, KeywordRefused, MessageMissing
from mail import labelling, labels, naming
from mail.imap.opening import open_store
from mail.imap.pool import pool
from mail.imap.store import ImapStore
from mail.labelling import Change
from mail.messages import Query
from mail.models import Label
from stack.people import Person
from tests.mail.conftest import Office
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy

LETTER = b"Subject: x\r\nMessage-ID: <%d@x.test>\r\n\r\nx\r\n"


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    return mailbox_of(person)


@pytest.fixture
def store(person: Person) -> Iterator[ImapStore]:
    with open_store(person.uid, person.address, writable=True) as store:
        yield store
    pool.close()


def test_several_labels_go_on_and_off(store: ImapStore, box: Box) -> None:
    uid = box.deliver(LETTER % 1, flags=("$label1",))
    change = Change(("$label2", "voyage"), ("$label1",))
    assert labelling.label(store, "INBOX", [uid], change).count == 1
    assert {"$label2", "voyage"} <= box.flags(uid)
    assert "$label1" not in box.flags(uid)


def test_undoing_gives_back_what_each_message_had(store: ImapStore, box: Box) -> None:
    had, not_had = box.deliver(LETTER % 1, flags=("voyage",)), box.deliver(LETTER % 2)
    done = labelling.label(store, "INBOX", [had, not_had], Change(("voyage",)))
    assert done.uids == (not_had,)
    labelling.undo(store, "INBOX", done.token)
    assert "voyage" in box.flags(had)
    assert "voyage" not in box.flags(not_had)


def test_nothing_is_asked_where_nothing_changes(store: ImapStore, box: Box) -> None:
    uid = box.deliver(LETTER % 1, flags=("voyage",))
    done = labelling.label(store, "INBOX", [uid], Change(("VOYAGE",), ("$label1",)))
    assert (done.count, done.token) == (0, "")


def test_a_token_of_another_folder_undoes_nothing(store: ImapStore, box: Box) -> None:
    uid = box.deliver(LETTER % 1)
    done = labelling.label(store, "INBOX", [uid], Change(("voyage",)))
    for token in (done.token, "x"):
        with pytest.raises(InputRefused):
            labelling.undo(store, "Trash", token)


def test_nothing_is_undone_in_a_folder_made_anew(store: ImapStore, box: Box) -> None:
    box.deliver(LETTER % 1, folder="Sorties")
    done = labelling.label(store, "Sorties", [1], Change(("voyage",)))
    with box.opened() as client:
        client.delete("Sorties")
    box.deliver(LETTER % 2, folder="Sorties", flags=("voyage",))
    # what was told of the old folder would break the connection
    store.close()
    pool.close()
    with pytest.raises(MessageMissing):
        labelling.undo(store, "Sorties", done.token)
    assert "voyage" in box.flags(1, "Sorties")


def test_what_is_half_ticked_stays_as_it_is() -> None:
    change = labelling.differences(["a", "b", "c"], ["a", "c"], ["c"])
    assert change == Change(("a",), ("b",))


def test_the_list_is_restricted_to_a_label(store: ImapStore, box: Box) -> None:
    box.deliver(LETTER % 1)
    uid = box.deliver(LETTER % 2, flags=("$label3", r"\Seen"))
    box.deliver(LETTER % 3, flags=(r"\Seen",))
    found = store.search("INBOX", Query(keyword="$label3"), 1)
    assert [row.uid for row in found.rows] == [uid]
    assert not store.search("INBOX", Query(keyword="$label3", unseen=True), 1).rows


def test_a_folder_that_keeps_no_keywords_is_told(
    person: Person, box: Box, proxy: Proxy, settings: Settings
) -> None:
    uid = box.deliver(LETTER % 1)
    pool.close()
    proxy.hidden = {b"\\*"}
    settings.IMAP_PORT = proxy.port
    with open_store(person.uid, person.address, writable=True) as store:
        with pytest.raises(KeywordRefused):
            labelling.label(store, "INBOX", [uid], Change(("nouvelle",)))
        store.mark("INBOX", [uid], r"\Flagged", on=True)
    pool.close()
    assert box.flags(uid) & {"nouvelle", r"\Flagged"} == {r"\Flagged"}


def test_a_deleted_label_leaves_every_folder(office: Office) -> None:
    naming.create(office.mailbox, "Voyage")
    first = office.box.deliver(LETTER % 1, flags=("voyage", "$label1"))
    office.box.deliver(LETTER % 2, folder="Sorties", flags=("voyage",))
    naming.delete(office.mailbox, "voyage", strip=True)
    assert labelling.strip_due() == 1
    assert "voyage" not in office.box.flags(first)
    assert "$label1" in office.box.flags(first)
    assert "voyage" not in office.box.flags(1, "Sorties")
    assert not Label.objects.filter(keyword="voyage").exists()


def test_one_of_the_five_does_not_come_back(office: Office) -> None:
    naming.delete(office.mailbox, "$label2", strip=True)
    labelling.strip_due()
    assert "Travail" not in [tag.name for tag in labels.of(office.mailbox).tags]


def test_what_was_interrupted_is_begun_again(
    office: Office, proxy: Proxy, settings: Settings
) -> None:
    uid = office.box.deliver(LETTER % 1, flags=("$label2",))
    naming.delete(office.mailbox, "$label2", strip=True)
    pool.close()
    settings.IMAP_PORT = proxy.port
    proxy.down = True
    assert labelling.strip_due() == 0
    proxy.down = False
    assert labelling.strip_due() == 1
    pool.close()
    assert "$label2" not in office.box.flags(uid)
