"""Messages that were kept as files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from mail import importing
from mail.importing import NoLetter


def test_line_ends_and_a_mailbox_line_are_mended() -> None:
    kept = b"From - Mon Nov 23 08:05:00 2026\nSubject: x\n\na\rb\r\nc\n"
    assert importing.checked(kept) == b"Subject: x\r\n\r\na\r\nb\r\nc\r\n"


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"Subject: x\0\n\n", b"<html>", b"a: b\n\n", b"\n"]
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(NoLetter):
        importing.checked(data)


def test_a_message_that_no_server_takes_is_refused(settings: Settings) -> None:
    settings.MESSAGE_MAX_BYTES = 10
    with pytest.raises(NoLetter, match="volumineux"):
        importing.checked(b"Subject: x\n\nabc")


@pytest.mark.parametrize(
    ("date", "year"),
    [
        (b"Mon, 23 Nov 2020 08:05:00 +0100", 2020),
        (b"Mon, 23 Nov 2020 08:05:00", 2020),
        (b"Mon, 23 Nov 1066 08:05:00 +0000", None),
        (b"hier", None),
        (b"Mon, 99 Nov 2020 99:05:00 +9999", None),
    ],
)
def test_it_stands_where_its_date_says(date: bytes, year: int | None) -> None:
    found = importing.date_of(b"Date: " + date + b"\r\n\r\n")
    assert (found.year if found else None) == year


@given(st.binary(max_size=300))
def test_no_file_breaks_it(data: bytes) -> None:
    try:
        message = importing.checked(b"Subject: x\n" + data)
    except NoLetter:
        return
    importing.date_of(message)
    assert b"\0" not in message
    assert b"\n" not in message.replace(b"\r\n", b"")
