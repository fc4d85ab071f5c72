"""Hours, delays and clocks: what leaves does so once, at its hour or not by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from mail import delivering, moments, sending, smtp
from mail.models import Outgoing
from tests.mail.conftest import Office, later, tick
from tests.stack.submission import Submission


def test_what_is_much_too_late_waits_for_its_author(
    office: Office, submission: Submission
) -> None:
    row = office.write("c@mairie.test")
    assert tick(row, hours=5).state == "failed"
    assert "le service était arrêté" in row.failure
    assert submission.commands == []
    sending.retry(row)
    assert tick(row).state == "sent"


def test_a_delay_is_told(office: Office, submission: Submission) -> None:
    row = office.write("c@mairie.test")
    assert tick(row).delay == ""
    Outgoing.objects.update(due_at=row.due_at - timedelta(minutes=43))
    row.refresh_from_db()
    assert "42 minutes de retard" in row.delay


def test_a_clock_put_forward_while_it_leaves_changes_nothing(
    office: Office, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = office.write("c@mairie.test")
    submit = smtp.submit

    def slowly(envelope: smtp.Envelope) -> tuple[smtp.Answer, ...]:
        answers = submit(envelope)
        delivering.deliver_due(later(hours=3))
        return answers

    monkeypatch.setattr(smtp, "submit", slowly)
    assert tick(row).state == "sent"
    assert (row.failure, len(submission.deliveries)) == ("", 1)


def test_a_clock_put_back_sends_nothing_twice(
    office: Office, submission: Submission
) -> None:
    row = office.write("c@mairie.test")
    assert tick(row, hours=1).state == "sent"
    for minutes in (-60, -30, 5, 70):
        tick(row, minutes=minutes)
    assert (row.state, len(submission.deliveries)) == ("sent", 1)


@pytest.mark.parametrize(
    ("night", "typed", "leaves"),
    [
        ("2027-03-28", "02:30", "01:30"),
        ("2027-03-28", "03:30", "01:30"),
        ("2027-10-31", "02:30", "00:30"),
        ("2027-10-31", "03:30", "02:30"),
    ],
)
def test_in_the_nights_of_the_clocks_it_leaves_once_at_its_hour(
    office: Office, submission: Submission, night: str, typed: str, leaves: str
) -> None:
    midnight = datetime.fromisoformat(f"{night}T00:00+00:00")
    row = office.write("c@mairie.test", due_at=moments.parsed(f"{night}T{typed}"))
    left = []
    for quarter in range(16):
        at = midnight + timedelta(minutes=15 * quarter)
        if delivering.deliver_due(at):
            left.append(f"{at:%H:%M}")
    row.refresh_from_db()
    assert (left, row.state, len(submission.deliveries)) == ([leaves], "sent", 1)


def test_a_tick_that_takes_long_leaves_the_rest_to_the_next(
    office: Office, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.write("c@mairie.test")
    monkeypatch.setattr(delivering, "TICK", -1.0)
    assert delivering.deliver_due(later()) == 0
    assert submission.commands == []
