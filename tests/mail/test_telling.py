"""What did not leave is told in the mailbox, once, in French."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Membership
from mail import headers, sending, telling
from mail.imap.pool import pool
from mail.models import Outgoing
from mail.receipts import RECEIPT
from tests.mail.conftest import Office, later, tick
from tests.stack.proxy import Proxy
from tests.stack.submission import Submission


def news(office: Office) -> list[str]:
    return [headers.parse(raw).subject for raw in office.box.messages()]


def text_of(office: Office) -> str:
    [raw] = office.box.messages()
    return raw.decode("ascii").partition("\r\n\r\n")[2]


def test_a_refusal_is_told_with_its_reason(
    office: Office, submission: Submission
) -> None:
    row = office.write("c@mairie.test", subject="Sortie à Angoulême")
    submission.answers["c@mairie.test"] = "552 5.2.2 Mailbox full"
    assert tick(row).told
    assert news(office) == ["Non envoyé : Sortie à Angoulême"]
    [raw] = office.box.messages()
    assert b"Auto-Submitted: auto-generated" in raw
    assert row.message_id.encode() in raw
    assert "c@mairie.test" in text_of(office)
    tick(row, minutes=10)
    assert len(news(office)) == 1


def test_who_did_not_get_it_is_named(office: Office, submission: Submission) -> None:
    row = office.write("oui@a.test", "non@b.test")
    submission.answers["non@b.test"] = "550 5.1.1 unknown"
    assert tick(row).state == "sent"
    assert news(office) == ["Envoyé en partie : Objet"]
    assert "- non@b.test" in text_of(office)
    assert "oui@a.test" not in text_of(office).partition("- non@")[2]


def test_an_uncertain_end_is_told(office: Office, submission: Submission) -> None:
    row = office.write("c@mairie.test")
    submission.cut = "MESSAGE"
    assert tick(row).state == "unknown"
    assert news(office) == ["Envoi incertain : Objet"]


def test_a_right_that_was_lost_is_told(office: Office, submission: Submission) -> None:
    at = timezone.now() + timedelta(days=2)
    row = office.write("c@mairie.test", due_at=at)
    Membership.objects.update(role="reader")
    assert tick(row, days=2, seconds=5).state == "failed"
    assert news(office) == ["Non envoyé : Objet"]
    assert submission.commands == []


def test_a_long_delay_is_told(office: Office, submission: Submission) -> None:
    row = office.write("c@mairie.test")
    Outgoing.objects.update(due_at=timezone.now() - timedelta(hours=2))
    assert tick(row).late
    assert news(office) == ["Envoyé en retard : Objet"]
    assert "retard" in row.delay


@pytest.mark.parametrize("end", ["well", "receipt"])
def test_there_is_no_news_of_these(
    office: Office, submission: Submission, end: str
) -> None:
    origin: dict[str, object] = {"flag": RECEIPT} if end == "receipt" else {}
    row = office.write("c@mairie.test", origin=origin)
    if end == "receipt":
        submission.answers["c@mairie.test"] = "550 no"
    tick(row)
    assert news(office) == []


def test_another_failure_after_another_try_is_told_again(
    office: Office, submission: Submission
) -> None:
    row = office.write("c@mairie.test")
    submission.answers["c@mairie.test"] = "550 no"
    tick(row)
    sending.retry(row)
    tick(row)
    assert len(news(office)) == 2


def test_a_crash_between_telling_and_noting_it_tells_once(
    office: Office, submission: Submission
) -> None:
    row = office.write("c@mairie.test")
    submission.answers["c@mairie.test"] = "550 no"
    tick(row)
    Outgoing.objects.update(told=False)
    # somebody else may still be about it
    assert not tick(row, seconds=30).told
    assert tick(row, minutes=5).told
    assert len(news(office)) == 1


def test_two_at_once_tell_once(office: Office, submission: Submission) -> None:
    row = office.write("c@mairie.test")
    Outgoing.objects.update(state="failed", ended_at=timezone.now())
    row.refresh_from_db()
    for _worker in range(2):
        telling.tell(row, later())
    assert len(news(office)) == 1


def test_a_full_mailbox_is_told_later(
    office: Office, submission: Submission, proxy: Proxy, settings: Settings
) -> None:
    row = office.write("c@mairie.test")
    Outgoing.objects.update(state="failed", ended_at=timezone.now())
    pool.close()
    settings.IMAP_PORT = proxy.port
    proxy.answer(b"APPEND", b"NO [OVERQUOTA] full")
    assert not tick(row).told
    assert tick(row, minutes=15).told
    pool.close()
    assert len(news(office)) == 1
