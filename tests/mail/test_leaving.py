"""What goes to the recipients: of the hour it leaves at, without who is hidden."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mail import delivering, headers, leaving, sending
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


def test_another_worker_that_redates_it_meanwhile_loses_nothing(
    office: Office, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = office.write("c@mairie.test", due_at=later(days=20))
    sending.send_now(row)
    stored, seen = leaving._stored, list[bytes]()

    def slowly(store: Store, folder: str, name: str) -> bytes:
        message = stored(store, folder, name)
        if not seen:
            seen.append(message)
            # the other one, and a third that was stopped before it took the old away
            leaving.bytes_of(Outgoing.objects.get())
            store.append(folder, message, (SEEN,))
        return message

    monkeypatch.setattr(leaving, "_stored", slowly)
    assert tick(row).state == "sent"
    assert office.box.messages(SCHEDULED) == []
    assert len(office.box.messages("Sent")) == len(submission.deliveries) == 1


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
