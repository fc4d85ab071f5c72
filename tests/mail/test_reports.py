"""Reports of servers, the well-formed and the others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import reports
from mail.imap.opening import open_store
from mail.messages import Address
from mail.reports import Report
from stack.people import Person
from tests.letters import SHARED
from tests.letters import read as letter_of
from tests.stack.boxes import Box

WELL_FORMED = (
    b"Reporting-MTA: dns; mx.test\r\n\r\n"
    b"Final-Recipient: rfc822; <gone@parents.test>\r\nAction: failed\r\n"
    b"Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n"
    b"Final-Recipient: rfc822; full@parents.test\r\nAction: delayed\r\n"
    b"Status: 4.2.2 (full)\r\nWill-Retry-Until: Thu, 26 Nov 2026 08:00:00 +0100\r\n"
)
RETURNED = (
    b"Subject: =?utf-8?Q?R=C3=A9union?=\r\nTo: a@b.test\r\n"
    b"Message-ID: <1@ac-poitiers.test>\r\n\r\nTexte"
)


def report(*parts: tuple[str, bytes]) -> bytes:
    lines = [b"Content-Type: multipart/report; boundary=x", b"Subject: failure", b""]
    for kind, data in (("text/plain", b"Sorry"), *parts):
        lines += [b"--x", b"Content-Type: " + kind.encode(), b"", data]
    return b"\r\n".join([*lines, b"--x--", b""])


Reader = Callable[[bytes], Report | None]


@pytest.fixture
def read(person: Person, mailbox_of: Callable[[Person], Box]) -> Reader:
    box = mailbox_of(person)

    def reading(data: bytes) -> Report | None:
        uid = box.deliver(data)
        with open_store(person.uid, person.address, writable=False) as store:
            return reports.read(store, store.message("INBOX", uid))

    return reading


def test_each_recipient_has_a_fate(read: Reader) -> None:
    found = read(report((reports.STATUS, WELL_FORMED), ("message/rfc822", RETURNED)))
    assert found is not None
    gone, full = found.fates
    assert (gone.address, gone.action, gone.failed) == (
        "gone@parents.test",
        "failed",
        True,
    )
    assert gone.why == "Cette adresse n’existe pas."
    assert gone.said == "550 5.1.1 User unknown"
    assert (full.action, full.status) == ("delayed", "4.2.2")
    assert full.why == "La boîte du destinataire est pleine."
    assert full.until is not None
    assert found.original is not None
    assert found.original.subject == "Réunion"
    assert found.original.to == (Address("", "a@b.test"),)
    assert found.original.message_id == "<1@ac-poitiers.test>"


def test_the_header_alone_may_be_returned(read: Reader) -> None:
    data = report((reports.STATUS, WELL_FORMED), ("text/rfc822-headers", RETURNED))
    found = read(data)
    assert found is not None
    assert found.original is not None


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (b"Final-Recipient: a@b.test\r\nStatus: 5.0.0", ("a@b.test", "failed")),
        (b"Original-Recipient: rfc822;a@b.test", ("a@b.test", "failed")),
        (b"Action: Failed (bad)\r\nReporting-MTA: dns; x", ("", "failed")),
        (
            b"Final-Recipient: rfc822;a@b.test\r\nStatus: 2.0.0",
            ("a@b.test", "delivered"),
        ),
        (b"Final-Recipient: rfc822;a@b.test\r\nStatus: 4.4.1", ("a@b.test", "delayed")),
    ],
)
def test_broken_reports_are_read_as_far_as_they_go(
    read: Reader, about: bytes, expected: tuple[str, str]
) -> None:
    found = read(report((reports.STATUS, about)))
    assert found is not None
    assert [(f.address, f.action) for f in found.fates] == [expected]


def test_a_receipt_is_a_report_too(read: Reader) -> None:
    about = (
        b"Final-Recipient: rfc822; a@b.test\r\nOriginal-Message-ID: <1@x.test>\r\n"
        b"Disposition: manual-action/MDN-sent-manually; displayed"
    )
    found = read(report((reports.DISPOSITION, about)))
    assert found is not None
    assert [(f.address, f.action) for f in found.fates] == [("a@b.test", "displayed")]
    assert found.original is not None
    assert found.original.message_id == "<1@x.test>"


def test_ordinary_mail_and_empty_reports_are_none(read: Reader) -> None:
    assert read(b"Subject: x\r\n\r\nTexte") is None
    assert read(report((reports.STATUS, b""))) is None


@given(st.binary(max_size=400))
def test_any_octets_are_read(data: bytes) -> None:
    list(reports._fates(data))
    reports._original(data)


@pytest.mark.corpora
def test_the_bounces_of_the_corpora_say_who_did_not_get_it(read: Reader) -> None:
    folder = SHARED / "corpora" / "mail" / "sisimai-bounces"
    paths = sorted(p for p in folder.rglob("*.eml") if p.stat().st_size < 100_000)
    told, step = 0, max(1, len(paths) // 60)
    for path in paths[::step]:
        found = read(letter_of(path))
        told += bool(found and found.fates)
    assert told >= len(paths[::step]) // 3
