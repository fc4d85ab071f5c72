"""Receipts: when the reader is asked, and what is sent."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage

import pytest

from mail import headers, receipts
from mail.messages import Address, Message, Part
from mail.receipts import Request

OWN = ["me@ac-poitiers.test"]
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ASKED = "Disposition-Notification-To: Sophie <s@school.test>"


def message(*fields: str, flags: tuple[str, ...] = ()) -> Message:
    block = "\r\n".join([*fields, "From: s@school.test", "", ""]).encode()
    part = Part("1", "text/plain")
    parsed = headers.parse(block)
    return Message("INBOX", 1, 1, frozenset(flags), NOW, 9, parsed, part)


def test_the_sender_asks() -> None:
    assert receipts.asked(message(ASKED), OWN) == Request("s@school.test")


def test_somebody_else_would_get_it() -> None:
    field = "Disposition-Notification-To: x@attacker.test"
    assert receipts.asked(message(field), OWN) == Request("x@attacker.test", True)


@pytest.mark.parametrize(
    "field",
    [
        "Subject: x",
        "Disposition-Notification-To: a@b.test, c@d.test",
        "Disposition-Notification-To: nobody",
        "Disposition-Notification-To: me@ac-poitiers.test",
        f"{ASKED}\r\nList-Id: <l.test>",
        f"{ASKED}\r\nPrecedence: bulk",
        f"{ASKED}\r\nAuto-Submitted: auto-generated",
    ],
)
def test_nobody_is_asked(field: str) -> None:
    assert receipts.asked(message(field), OWN) is None


@pytest.mark.parametrize("flag", ["$MDNSent", r"\Draft"])
def test_nobody_is_asked_again(flag: str) -> None:
    assert receipts.asked(message(ASKED, flags=(flag,)), OWN) is None


def test_the_receipt_is_a_report_that_machines_read() -> None:
    asked = message(
        ASKED,
        "Subject: =?utf-8?B?w4l0w6k=?=",
        "Message-ID: <1@school.test>",
        "Original-Recipient: rfc822;old@ac-poitiers.test",
    )
    reader = Address("Hélène", OWN[0])
    data = receipts.built(asked, reader, "s@school.test", "<2@a.test>", NOW)
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    report = email.message_from_bytes(data, policy=policy.default)
    assert report["Subject"] == "Lu\u00a0: Été"
    assert report["In-Reply-To"] == "<1@school.test>"
    assert report.get_content_type() == "multipart/report"
    assert report.get_param("report-type") == "disposition-notification"
    _report, text, notification, *_inside = report.walk()
    assert isinstance(text, EmailMessage)
    assert "a été affiché le 24/11/2026 à 10:30" in text.get_content()
    assert notification.get_content_type() == "message/disposition-notification"
    told = data.decode().partition("Content-Type: message/disposition-notification")[2]
    assert "Final-Recipient: rfc822; me@ac-poitiers.test\r\n" in told
    assert "Original-Recipient: rfc822;old@ac-poitiers.test\r\n" in told
    assert "Original-Message-ID: <1@school.test>\r\n" in told
    assert "manual-action/MDN-sent-manually; displayed\r\n" in told


def test_hostile_fields_add_no_line() -> None:
    asked = message(ASKED, "Original-Recipient: =?utf-8?Q?x=0D=0ABcc:_a@b.test?=")
    reader = Address("", OWN[0])
    data = receipts.built(asked, reader, "s@school.test", "<2@a.test>", NOW)
    assert b"\r\nBcc:" not in data
    assert b"Original-Recipient: " in data
