"""What the servers answer, and what becomes of a message."""

from __future__ import annotations

import json

import pytest
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent
from convergence.logs import JsonFormatter
from mail import outcomes
from mail.models import Outgoing
from stack import Stack
from tests.mail.conftest import SCHEDULED, Office, answers, tick
from tests.stack.submission import Submission


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


def test_an_unknown_colleague_is_told_and_the_others_get_it(office: Office) -> None:
    row = office.write("personne.ici@ac-poitiers.test", "x@parents.test")
    assert tick().state == "sent"
    assert row.recipients.get(accepted=False).answer == "Cette adresse n’existe pas."
    assert "personne.ici@ac-poitiers.test" in tick().failure


def test_each_sending_is_audited_once(office: Office, submission: Submission) -> None:
    row = office.write("c@mairie.test")
    tick()
    event = AuditEvent.objects.get(act="message.send")
    assert (event.person, event.mailbox) == (office.user.uid, office.mailbox.address)
    assert event.target == row.message_id


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
