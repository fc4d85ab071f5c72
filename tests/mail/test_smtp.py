"""The submission gateway: which answer means what, from the double and the real one."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtplib import SMTP
from pytest_django.fixtures import Settings

from convergence.errors import ForbiddenCharacter
from mail import smtp
from mail.smtp import Ambiguous, Declined, Deferred, Envelope, Refused, Unbegun
from stack import Stack
from stack.people import Person
from tests.stack.submission import Submission

LETTER = b"From: a@b.test\r\nSubject: x\r\n\r\n.\r\n..\r\nfin\r\n"
SENT = Envelope("login", "a@b.test", ("c@d.test", "e@f.test"), LETTER)


def test_everybody_is_accepted(submission: Submission) -> None:
    answers = smtp.submit(SENT)
    assert [(a.address, a.accepted) for a in answers] == [
        ("c@d.test", True),
        ("e@f.test", True),
    ]
    [delivery] = submission.deliveries
    assert delivery.sender == "a@b.test"
    assert delivery.recipients == ["c@d.test", "e@f.test"]
    assert delivery.message == LETTER


def test_the_service_user_acts_for_the_mailbox(
    submission: Submission, settings: Settings
) -> None:
    smtp.submit(SENT)
    words = base64.b64decode(submission.authorized[0]).split(b"\0")
    assert words[:2] == [b"login", settings.SMTP_SERVICE_USER.encode()]
    assert f"MAIL FROM:<a@b.test> SIZE={len(LETTER)}" in submission.commands


@pytest.mark.parametrize("dsn", [True, False])
def test_a_report_of_delivery_is_asked_where_it_can_be(
    submission: Submission, dsn: bool
) -> None:
    submission.dsn = dsn
    smtp.submit(replace(SENT, envid="0123abcd"))
    told = " ".join(submission.commands)
    assert ("RET=HDRS ENVID=0123abcd" in told) is dsn
    assert told.count("NOTIFY=SUCCESS,DELAY,FAILURE") == 2 * dsn
    smtp.submit(SENT)
    assert " ".join(submission.commands).count("NOTIFY") == 2 * dsn


@pytest.mark.parametrize(
    ("answer", "accepted", "deferred"),
    [
        ("550 5.1.1 unknown", False, False),
        ("451 4.3.0 later", False, True),
        ("250 fine", True, False),
    ],
)
def test_each_recipient_has_an_answer(
    submission: Submission, answer: str, accepted: bool, deferred: bool
) -> None:
    submission.answers["c@d.test"] = answer
    first, second = smtp.submit(SENT)
    assert (first.accepted, first.deferred) == (accepted, deferred)
    assert second.accepted
    assert "e@f.test" in submission.deliveries[0].recipients


def test_without_a_recipient_nothing_is_sent(submission: Submission) -> None:
    submission.answers = {"c@d.test": "550 no", "e@f.test": "450 later"}
    first, second = smtp.submit(SENT)
    assert (first.code, second.code) == (550, 450)
    assert "DATA" not in submission.commands


def test_a_server_that_is_tired_of_refusing_costs_nobody_the_message(
    submission: Submission,
) -> None:
    gone = [f"ancien{n}@d.test" for n in range(9)]
    submission.answers = dict.fromkeys(gone, "550 5.1.1 unknown")
    submission.patience = 4
    everybody = ("a@d.test", *gone[:5], "b@d.test", *gone[5:], "c@d.test")
    answers = smtp.submit(replace(SENT, recipients=everybody))
    assert [a.address for a in answers] == list(everybody)
    assert {a.address for a in answers if a.refused} == set(gone)
    [delivery] = submission.deliveries
    assert delivery.recipients == ["a@d.test", "b@d.test", "c@d.test"]


def test_who_is_left_when_a_server_goes_on_so_waits(submission: Submission) -> None:
    gone = [f"ancien{n}@d.test" for n in range(12)]
    submission.answers = dict.fromkeys(gone, "550 5.1.1 unknown")
    submission.patience = 1
    answers = smtp.submit(replace(SENT, recipients=(*gone, "a@d.test")))
    assert [a.refused for a in answers] == [True] * 10 + [False] * 3
    assert all(a.deferred for a in answers[10:])
    assert submission.deliveries == []


@pytest.mark.parametrize("code", [452, 554])
def test_a_message_may_be_refused_as_a_whole(submission: Submission, code: int) -> None:
    submission.answers["c@d.test"] = "550 5.1.1 unknown"
    submission.data = f"{code} no"
    assert [a.code for a in smtp.submit(SENT)] == [550, code]


@pytest.mark.parametrize("step", ["CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"])
def test_an_end_before_the_message_is_safe(submission: Submission, step: str) -> None:
    submission.cut = step
    with pytest.raises(Deferred):
        smtp.submit(SENT)
    assert submission.deliveries == []


def test_an_end_after_it_is_ambiguous(submission: Submission) -> None:
    submission.cut = "MESSAGE"
    with pytest.raises(Ambiguous):
        smtp.submit(SENT)


def test_a_certificate_that_cannot_be_read_is_safe(
    submission: Submission, settings: Settings, tmp_path: Path
) -> None:
    settings.SMTP_TLS = "starttls"
    settings.SMTP_CA_FILE = str(tmp_path / "gone.pem")
    with pytest.raises(Deferred):
        smtp.submit(SENT)
    assert submission.commands == []


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (asyncio.events, "new_event_loop"),
        (SMTP, "__init__"),
        (SMTP, "mail"),
        (SMTP, "rcpt"),
    ],
)
def test_what_nobody_foresaw_before_the_message_is_safe(
    submission: Submission, monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("nobody foresaw this")

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, broken)
        with pytest.raises(Unbegun):
            smtp.submit(SENT)
    assert "DATA" not in submission.commands


@pytest.mark.parametrize("end", [b"\r.\rQUIT\r", b"\n.\nQUIT\n", b"\r\n.\nQUIT"])
def test_nothing_in_a_message_ends_it(submission: Submission, end: bytes) -> None:
    smtp.submit(replace(SENT, message=LETTER + end))
    [delivery] = submission.deliveries
    assert delivery.message.endswith(b"\r\n.\r\nQUIT\r\n")
    assert "QUIT" not in submission.commands


def test_a_wrong_service_password_waits_for_us(
    person: Person, stack: Stack, settings: Settings
) -> None:
    settings.SMTP_SERVICE_PASSWORD = "faux"
    with pytest.raises(Declined) as raised:
        smtp.submit(envelope(person, "x@parents.test"))
    assert "535" in repr(raised.value.__cause__)


def test_a_server_that_is_not_there(settings: Settings) -> None:
    settings.SMTP_PORT = 9
    with pytest.raises(Deferred):
        smtp.submit(SENT)


@pytest.mark.parametrize(
    ("answer", "error"),
    [("553 5.7.1 not owned", Refused), ("451 later", Declined), ("421 bye", Deferred)],
)
def test_a_sender_may_be_refused(
    submission: Submission, answer: str, error: type[Exception]
) -> None:
    submission.mail = answer
    with pytest.raises(error) as raised:
        smtp.submit(SENT)
    assert raised.type is error


@pytest.mark.parametrize(
    "bad",
    [
        "c@d.test\r\nRCPT TO:<x@y.z>",
        "c@d.test\n",
        "c@d.test\0",
        "a b@c.d",
        "<c@d.test>",
        "c@d.test> NOTIFY=NEVER",
        "-x@y.z",
        "é@d.test",
        f"{'x' * 330}@d.test",
    ],
)
@pytest.mark.parametrize("field", ["login", "sender", "recipients"])
def test_what_could_become_a_command_is_refused(
    submission: Submission, field: str, bad: str
) -> None:
    value = (bad,) if field == "recipients" else bad
    with pytest.raises(ForbiddenCharacter):
        smtp.submit(replace(SENT, **{field: value}))  # type: ignore[arg-type]
    assert submission.commands == []


# --- The same of the real server ---------------------------------------------------
def envelope(person: Person, *recipients: str) -> Envelope:
    return Envelope(person.uid, person.address, recipients, LETTER)


def test_the_real_server_refuses_an_unknown_colleague_only(
    person: Person, stack: Stack
) -> None:
    unknown = "personne.ici@ac-poitiers.test"
    first, second = smtp.submit(envelope(person, unknown, "x@parents.test"))
    assert (first.accepted, first.deferred, first.code) == (False, False, 550)
    assert second.accepted


def test_the_real_server_refuses_a_foreign_sender(person: Person, stack: Stack) -> None:
    stolen = replace(
        envelope(person, "x@parents.test"), sender="cpetit@ac-poitiers.test"
    )
    # Postfix says so of each recipient, not of MAIL
    [answer] = smtp.submit(stolen)
    assert (answer.code, answer.accepted, answer.deferred) == (553, False, False)


def test_the_real_server_stopped(person: Person, stack: Stack) -> None:
    stack.stop("mta")
    try:
        with pytest.raises(Deferred):
            smtp.submit(envelope(person, "x@parents.test"))
    finally:
        stack.start("mta")


@pytest.mark.parametrize("field", ["login", "recipients"])
def test_only_the_sender_may_be_empty(submission: Submission, field: str) -> None:
    value = ("",) if field == "recipients" else ""
    with pytest.raises(ForbiddenCharacter):
        smtp.submit(replace(SENT, **{field: value}))  # type: ignore[arg-type]


def test_what_may_not_come_back_has_no_sender(submission: Submission) -> None:
    smtp.submit(replace(SENT, sender=""))
    assert submission.deliveries[0].sender == ""
