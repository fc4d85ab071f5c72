"""The copy of what has left: where one looks for it, or said where it is."""

from __future__ import annotations

from typing import NoReturn

import pytest

from convergence.errors import MailUnavailable
from mail import copies
from tests.mail.conftest import SCHEDULED, Office, tick
from tests.stack.proxy import Proxy
from tests.stack.submission import Submission


@pytest.mark.parametrize(
    ("kind", "flag"), [("answered", r"\Answered"), ("forwarded", "$Forwarded")]
)
def test_what_was_answered_is_flagged(
    office: Office, submission: Submission, kind: str, flag: str
) -> None:
    letter = b"Message-ID: <o@x.test>\r\nSubject: x\r\n\r\nx\r\n"
    uid = office.box.deliver(letter, "Archive")
    origin: dict[str, object] = {"folder": "INBOX", "message_id": "<o@x.test>"}
    office.write("c@mairie.test", origin={**origin, "flag": kind})
    assert tick().filed
    assert flag in office.box.flags(uid, "Archive")


def test_a_copy_that_is_there_is_not_said_to_be_missing(
    office: Office, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = office.box.deliver(b"Message-ID: <o@x.test>\r\nSubject: x\r\n\r\nx\r\n")
    origin = {"folder": "INBOX", "message_id": "<o@x.test>", "flag": "answered"}
    row = office.write("c@mairie.test", origin=origin)

    def away(*_args: object) -> NoReturn:
        raise MailUnavailable

    monkeypatch.setattr(copies, "_flag_origin", away)
    tick(row)
    monkeypatch.undo()
    assert len(office.box.messages("Sent")) == 1
    assert (row.filed, row.filing) == (False, "")
    assert tick(row, minutes=2).filed
    assert r"\Answered" in office.box.flags(uid)


def test_a_folder_gone_meanwhile_stops_nothing(
    office: Office, submission: Submission
) -> None:
    origin = {"folder": "Parti", "message_id": "<o@x.test>", "flag": "answered"}
    office.write("c@mairie.test", origin=origin)
    assert tick().filed


def test_a_copy_that_could_not_be_filed_is_filed_later(
    office: Office, submission: Submission, spoiled: Proxy
) -> None:
    office.write("c@mairie.test")
    spoiled.cut(b"UID MOVE")
    row = tick()
    assert (row.state, row.filed) == ("sent", False)
    assert tick(minutes=2).filed
    assert len(office.box.messages("Sent")) == len(submission.deliveries) == 1


def test_a_full_mailbox_keeps_the_copy_and_says_so(
    office: Office, submission: Submission, spoiled: Proxy
) -> None:
    row = office.write("c@mairie.test")
    spoiled.answer(b"UID MOVE", b"NO [OVERQUOTA] full")
    tick(row)
    assert (row.state, row.filed, row.failure) == ("sent", False, "")
    assert "parti" in row.filing
    assert "pleine" in row.filing
    assert len(office.box.messages(SCHEDULED)) == 1
    assert tick(row, minutes=2).filing == ""
    assert len(office.box.messages("Sent")) == len(submission.deliveries) == 1
