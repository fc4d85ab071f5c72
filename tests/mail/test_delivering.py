"""What leaves the outbox, exactly once, and what its author is told."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, Membership, User
from convergence.logs import JsonFormatter
from mail import delivering, headers, moments, outcomes, sending, smtp
from mail.imap.pool import pool
from mail.messages import Address
from mail.models import Outgoing
from stack import Stack
from stack.people import Person
from tests.mail.conftest import SCHEDULED, Office, later, tick
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy
from tests.stack.submission import Submission

ROOT = Path(__file__).resolve().parents[2]


def answers(row: Outgoing) -> dict[str, bool | None]:
    return dict(row.recipients.values_list("address", "accepted"))


# --- End to end --------------------------------------------------------------------
def test_a_message_reaches_a_colleague_and_an_outsider(
    office: Office,
    make_person: Callable[..., Person],
    mailbox_of: Callable[[Person], Box],
    outside: Callable[[str], bytes],
) -> None:
    colleague = make_person()
    row = office.write(
        colleague.address,
        f"{colleague.uid}@parents.test",
        subject="Réunion d’équipe",
        bcc=(Address("", f"cache.{colleague.uid}@mairie.test"),),
    )
    assert tick().state == "sent"
    arrived = mailbox_of(colleague).wait_for(row.message_id.encode())
    hidden = outside(f"cache.{colleague.uid}@mairie.test")
    for message in (arrived, outside(f"{colleague.uid}@parents.test"), hidden):
        assert b"\nBcc:" not in message
        header = headers.parse(message)
        sender = Address(office.mailbox.name, office.mailbox.address)
        assert (header.subject, header.sender) == ("Réunion d’équipe", sender)
    [copy] = office.box.messages("Sent")
    assert f"Bcc: cache.{colleague.uid}@mairie.test".encode() in copy
    assert office.box.messages(SCHEDULED) == []
    assert all(answers(row).values())


def test_an_unknown_colleague_is_told_and_the_others_get_it(office: Office) -> None:
    row = office.write("personne.ici@ac-poitiers.test", "x@parents.test")
    assert tick().state == "sent"
    assert row.recipients.get(accepted=False).answer == "Cette adresse n’existe pas."
    assert "personne.ici@ac-poitiers.test" in tick().failure


def test_the_mta_stopped_delays_and_no_more(office: Office, stack: Stack) -> None:
    office.write("x@parents.test")
    stack.stop("mta")
    try:
        row = tick()
        assert row.state == "due"
        assert "ne répond pas" in row.failure
        assert "Nouvel essai à" in row.failure
    finally:
        stack.start("mta")
    assert tick(seconds=20).state == "due", "too early"
    assert tick(minutes=2).state == "sent"


# --- Exactly once ------------------------------------------------------------------
def test_workers_at_once_send_once(
    office: Office, submission: Submission, tmp_path: Path
) -> None:
    for number in range(6):
        office.write(f"c{number}@mairie.test")
    work_at_once(submission, tmp_path)
    reached = sorted(d.recipients[0] for d in submission.deliveries)
    assert reached == [f"c{n}@mairie.test" for n in range(6)]
    assert len(office.box.messages("Sent")) == 6


def work_at_once(submission: Submission, folder: Path) -> None:
    """Three ticks in processes of their own, on a copy of the database: the one of the
    tests is in memory, where SQLite does not wait for a lock."""
    if connection.vendor != "sqlite":
        with ThreadPoolExecutor(3) as threads:
            list(threads.map(_work, range(3)))
        return
    with closing(sqlite3.connect(folder / "copy.sqlite3")) as copy:
        connection.connection.backup(copy)
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'copy.sqlite3'}",
        "SMTP_PORT": str(submission.port),
    }
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", _WORK]
    workers = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for worker in workers:
        _out, said = worker.communicate(timeout=60)
        assert worker.returncode == 0, said


_WORK = """
from datetime import datetime, timedelta
from django.utils import timezone
from mail import delivering, headers
delivering.deliver_due(timezone.now() + timedelta(seconds=15))
"""


def _work(_number: int) -> None:
    try:
        delivering.deliver_due(later())
    finally:
        connection.close()


def test_a_row_that_another_tick_has_tried_is_left(office: Office) -> None:
    office.write("c@mairie.test")
    stale = Outgoing.objects.get()
    Outgoing.objects.update(attempts=1, retry_at=later(hours=1))
    assert not delivering._claim(stale)


def test_a_row_put_off_meanwhile_is_left(
    office: Office, submission: Submission
) -> None:
    office.write("c@mairie.test")
    stale = Outgoing.objects.get()
    sending.reschedule(stale, later(days=1))
    assert not delivering.deliver(stale)
    assert submission.commands == []


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


def test_an_end_after_the_message_is_unknown_for_ever(
    office: Office, submission: Submission
) -> None:
    office.write("c@mairie.test")
    submission.cut = "MESSAGE"
    assert tick().state == "unknown"
    submission.cut = ""
    for days in (1, 3):
        row = tick(days=days)
    assert row.state == "unknown"
    assert "confirmé" in row.failure
    assert len(submission.deliveries) == 1


def test_what_a_crash_left_is_unknown(office: Office, submission: Submission) -> None:
    row = office.write("c@mairie.test")
    Outgoing.objects.update(state="sending", claimed_at=timezone.now())
    assert tick(row, minutes=5).state == "sending"
    assert tick(row, minutes=16).state == "unknown"
    assert submission.commands == []


def test_a_tick_that_takes_long_leaves_the_rest_to_the_next(
    office: Office, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.write("c@mairie.test")
    monkeypatch.setattr(delivering, "TICK", -1.0)
    assert delivering.deliver_due(later()) == 0
    assert submission.commands == []


def test_a_certificate_that_cannot_be_read_delays_only(
    office: Office, submission: Submission, settings: Settings
) -> None:
    office.write("c@mairie.test")
    settings.SMTP_TLS, settings.SMTP_CA_FILE = "starttls", "/absent.pem"
    assert tick().state == "due"
    settings.SMTP_TLS = "off"
    assert tick(minutes=2).state == "sent"


def test_what_nobody_foresaw_before_the_message_delays_only(
    office: Office, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = office.write("c@mairie.test")
    with monkeypatch.context() as patched:
        patched.setattr(smtp, "_sign_in", None)
        assert tick(row).state == "due"
    assert "L’envoi n’a pas pu commencer. Nouvel essai à" in row.failure
    assert tick(row, minutes=2).state == "sent"
    assert len(submission.deliveries) == 1


def test_a_database_that_fails_before_the_message_leaves_it_due(
    office: Office, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = office.write("c@mairie.test"), office.write("d@mairie.test")
    ready = delivering._ready

    def broken(row: Outgoing) -> delivering.Ready:
        if row.pk == first.pk:
            raise OperationalError("gone")
        return ready(row)

    monkeypatch.setattr(delivering, "_ready", broken)
    with pytest.raises(OperationalError):
        tick(first)
    # what fails by itself does not stop the others for ever
    assert tick(second, seconds=20).state == "sent"
    monkeypatch.undo()
    assert tick(first, minutes=30).state == "sent"
    assert len(submission.deliveries) == 2


# --- What the operator reads ---------------------------------------------------------
def test_a_wrong_service_password_is_told_to_the_operator(
    office: Office, stack: Stack, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    office.write("x@parents.test")
    settings.SMTP_SERVICE_PASSWORD = "faux"
    row = tick()
    assert (row.state, "n’accepte rien" in row.failure) == ("due", True)
    lines = [json.loads(JsonFormatter().format(r)) for r in caplog.records]
    [line] = [line for line in lines if line["event"] == "not sent: Declined"]
    assert (line["code"], line["outgoing"]) == (535, str(row.pk))
    assert "authentication" in line["cause"].lower()


# --- Answers -----------------------------------------------------------------------
def test_a_server_that_defers_everybody_is_asked_again(
    office: Office, submission: Submission
) -> None:
    office.write("c@mairie.test", "d@mairie.test")
    submission.answers = dict.fromkeys(("c@mairie.test", "d@mairie.test"), "451 wait")
    row = tick()
    assert (row.state, answers(row)["c@mairie.test"]) == ("due", None)
    assert "d’attendre" in row.failure
    submission.answers = {}
    assert tick(minutes=2).state == "sent"
    assert len(submission.deliveries) == 1


def test_only_those_who_were_deferred_are_tried_again(
    office: Office, submission: Submission
) -> None:
    office.write("oui@a.test", "attend@b.test", "non@c.test")
    submission.answers = {"attend@b.test": "450 wait", "non@c.test": "550 5.1.1 no"}
    row = tick()
    assert row.state == "due"
    assert answers(row) == {
        "oui@a.test": True,
        "attend@b.test": None,
        "non@c.test": False,
    }
    assert "attend@b.test" in row.failure
    # the text is still needed
    assert len(office.box.messages(SCHEDULED)) == 1
    submission.answers = {}
    assert tick(minutes=2).state == "sent"
    sent = [d.recipients for d in submission.deliveries]
    assert sent == [["oui@a.test"], ["attend@b.test"]]
    assert len(office.box.messages("Sent")) == 1


def test_everybody_refused_is_a_failure(office: Office, submission: Submission) -> None:
    office.write("c@mairie.test")
    submission.answers["c@mairie.test"] = "552 5.2.2 Mailbox full"
    row = tick()
    assert (row.state, row.failure) == (
        "failed",
        "La boîte du destinataire est pleine.",
    )
    assert tick(days=1).state == "failed"
    assert not AuditEvent.objects.filter(act="message.send").exists()


def test_a_message_refused_as_a_whole(office: Office, submission: Submission) -> None:
    office.write("c@mairie.test", "d@mairie.test")
    submission.data = "554 5.7.1 spam"
    assert tick().state == "failed"
    assert Outgoing.objects.get().failure == "Le serveur refuse ce message."


def test_a_refusal_after_some_have_it_names_the_others(
    office: Office, submission: Submission
) -> None:
    office.write("oui@a.test", "attend@b.test")
    submission.answers = {"attend@b.test": "450 wait"}
    assert tick().state == "due"
    submission.answers, submission.data = {}, "554 5.7.1 spam"
    row = tick(minutes=2)
    assert (row.state, row.failure) == ("sent", "Parti, sauf pour attend@b.test.")
    assert answers(row) == {"oui@a.test": True, "attend@b.test": False}
    assert len(office.box.messages("Sent")) == 1


def test_the_waiting_ends(office: Office, submission: Submission) -> None:
    row = office.write("oui@a.test", "attend@b.test")
    row.recipients.filter(address="oui@a.test").update(accepted=True, code=250)
    Outgoing.objects.update(attempts=outcomes.ATTEMPTS_MAX - 1, state="due")
    submission.answers["attend@b.test"] = "450 wait"
    assert tick().state == "sent"
    assert "attend@b.test" in tick().failure


def test_who_lost_the_right_meanwhile_sends_nothing(
    office: Office, submission: Submission
) -> None:
    office.write("c@mairie.test")
    Membership.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    row = tick()
    assert row.state == "failed"
    assert row.failure == "Vous ne pouvez plus écrire au nom de cette boîte."
    assert submission.commands == []


@pytest.mark.parametrize("change", ["reader", "inactive"])
def test_a_reader_or_a_closed_account_sends_nothing(
    office: Office, submission: Submission, change: str
) -> None:
    office.write("c@mairie.test")
    if change == "reader":
        Membership.objects.update(role="reader")
    else:
        User.objects.update(is_active=False)
    assert tick().state == "failed"
    assert submission.commands == []


def test_a_message_removed_from_the_outbox_is_told(
    office: Office, submission: Submission
) -> None:
    office.write("c@mairie.test")
    with office.box.opened(SCHEDULED) as client:
        client.store("1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()
    assert "retiré" in tick().failure
    assert submission.commands == []


def test_each_sending_is_audited_once(office: Office, submission: Submission) -> None:
    row = office.write("c@mairie.test")
    tick()
    event = AuditEvent.objects.get(act="message.send")
    assert (event.person, event.mailbox) == (office.user.uid, office.mailbox.address)
    assert event.target == row.message_id


def test_imap_away_only_delays(
    office: Office, submission: Submission, spoiled: Proxy
) -> None:
    office.write("c@mairie.test")
    pool.close()
    spoiled.down = True
    assert tick().state == "due"
    assert submission.commands == []
    spoiled.down = False
    assert tick(minutes=2).state == "sent"


@pytest.mark.parametrize("step", ["mail", "data"])
def test_a_server_without_room_is_told_and_asked_again(
    office: Office, submission: Submission, step: str
) -> None:
    """A full disk of the server that takes the message."""
    row = office.write("c@mairie.test")
    setattr(submission, step, "452 4.3.1 Insufficient system storage")
    tick(row)
    assert row.state == "due"
    assert "Nouvel essai à" in row.failure
    submission.mail = submission.data = "250 Ok"
    assert tick(row, minutes=2).state == "sent"
    assert len(submission.deliveries) == 1


# --- Clocks --------------------------------------------------------------------------
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
