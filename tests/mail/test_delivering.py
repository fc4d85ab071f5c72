"""What leaves the outbox, exactly once, and what delays it or keeps it back."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Membership, User
from mail import delivering, headers, sending, smtp
from mail.imap.pool import pool
from mail.messages import Address
from mail.models import Outgoing
from stack import Stack
from stack.people import Person
from tests.mail.conftest import SCHEDULED, Office, answers, later, tick
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy
from tests.stack.submission import Submission

ROOT = Path(__file__).resolve().parents[2]


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
