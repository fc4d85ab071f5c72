"""What goes to the recipients: of the hour it leaves at, without who is hidden."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from convergence.errors import OverQuota, Unavailable
from mail import delivering, headers, leaving, sending
from mail.imap.opening import open_box
from mail.imap.store import ImapStore
from mail.messages import SEEN, Address
from mail.models import Outgoing
from mail.store import Store
from tests.mail.conftest import SCHEDULED, Office, later, tick
from tests.stack.submission import Submission

HIDDEN = (Address("", "cache@mairie.test"),)


def date_of(message: bytes) -> datetime | None:
    return headers.parse(message).date


@pytest.mark.parametrize("change", ["none", "put off", "sent now"])
def test_a_scheduled_message_is_of_the_hour_at_which_it_leaves(
    office: Office, submission: Submission, change: str
) -> None:
    row = office.write("c@mairie.test", due_at=later(days=20))
    if change == "put off":
        sending.reschedule(row, later(days=40))
    elif change == "sent now":
        sending.send_now(row)
    row.refresh_from_db()
    delivering.deliver_due(row.due_at + timedelta(seconds=1))
    [delivery], [copy] = submission.deliveries, office.box.messages("Sent")
    wanted = row.due_at.replace(microsecond=0)
    assert date_of(delivery.message) == date_of(copy) == wanted
    assert office.box.messages(SCHEDULED) == []


def test_a_message_that_waits_for_a_server_keeps_its_date(
    office: Office, submission: Submission
) -> None:
    row = office.write("c@mairie.test")
    submission.data = "451 later"
    tick(row)
    submission.data = "250 Ok"
    tick(row, hours=2)
    sent = date_of(submission.deliveries[0].message)
    assert sent is not None
    assert abs(sent - row.created_at) < timedelta(seconds=5)


@pytest.fixture
def hurried(office: Office) -> Outgoing:
    """Programmed for a later day, then sent now: its copy is of another hour."""
    row = office.write("c@mairie.test", due_at=later(days=20))
    sending.send_now(row)
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("error", [OverQuota, Unavailable, ValueError])
def test_a_copy_that_cannot_be_dated_keeps_nothing_from_leaving(
    office: Office,
    hurried: Outgoing,
    submission: Submission,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
) -> None:
    def full(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(ImapStore, "replace", full)
    assert (tick(hurried).state, hurried.failure) == ("sent", "")
    [delivery], [_copy] = submission.deliveries, office.box.messages("Sent")
    assert date_of(delivery.message) == hurried.due_at.replace(microsecond=0)
    assert office.box.messages(SCHEDULED) == []


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[Store], object]) -> None:
    """`act` once, when a worker has read the message and not yet claimed it."""
    stored, seen = leaving._stored, list[bytes]()

    def slowly(store: Store, folder: str, name: str) -> bytes:
        message = stored(store, folder, name)
        if not seen:
            seen.append(message)
            act(store)
        return message

    monkeypatch.setattr(leaving, "_stored", slowly)


def test_a_message_taken_back_meanwhile_is_a_draft_and_nothing_else(
    office: Office,
    hurried: Outgoing,
    submission: Submission,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    meanwhile(monkeypatch, lambda _store: office.cancel(hurried))
    assert tick(hurried).state == "cancelled"
    assert (office.box.messages(SCHEDULED), submission.deliveries) == ([], [])
    assert len(office.box.messages("Drafts")) == 1


def test_a_message_that_another_worker_sends_meanwhile_is_filed_once(
    office: Office,
    hurried: Outgoing,
    submission: Submission,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    meanwhile(monkeypatch, lambda _store: tick(Outgoing.objects.get()))
    assert tick(hurried).state == "sent"
    assert office.box.messages(SCHEDULED) == []
    assert len(office.box.messages("Sent")) == len(submission.deliveries) == 1


@pytest.mark.parametrize(("end", "folder"), [("sent", "Sent"), ("cancelled", "Drafts")])
def test_a_worker_that_stopped_between_two_copies_leaves_none(
    office: Office, hurried: Outgoing, submission: Submission, end: str, folder: str
) -> None:
    found = leaving.prepared(hurried)
    with open_box(hurried.mailbox) as store:
        store.append(store.special("scheduled"), found.copy, (SEEN,))
    if end == "cancelled":
        office.cancel(hurried)
    assert tick(hurried).state == end
    [copy] = office.box.messages(folder)
    assert date_of(copy) == hurried.due_at.replace(microsecond=0)
    assert office.box.messages(SCHEDULED) == []


def test_only_hidden_recipients_are_told_as_such(
    office: Office, submission: Submission
) -> None:
    office.write(bcc=HIDDEN)
    tick()
    [delivery] = submission.deliveries
    assert delivery.recipients == ["cache@mairie.test"]
    assert b"\r\nTo: undisclosed-recipients:;\r\n" in delivery.message
    assert b"cache@mairie.test" not in delivery.message
    header = headers.parse(delivery.message)
    assert (header.to, header.bcc) == ((), ())


def test_a_date_takes_the_place_of_the_old_one() -> None:
    letter = b"Subject: x\r\ndate: Sun,\r\n 1 Nov 2026 23:00 +0100\r\n\r\nDate: y\r\n"
    monday = datetime(2026, 11, 2, 7, tzinfo=UTC)
    made = leaving.dated(letter, monday)
    wanted = b"Subject: x\r\nDate: Mon, 02 Nov 2026 08:00:00 +0100\r\n\r\nDate: y\r\n"
    assert made == wanted
    assert date_of(made) == monday
