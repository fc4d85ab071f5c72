"""Messages in messages: readable wherever they arrive, signed ones untouched."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from mail import sevenbit
from mail.composing import File
from tests.mail.test_composing import made

EIGHT = (
    "From: Élodie Müller <e@x.test>\r\nSubject: Été\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/mixed; boundary="b"\r\n'
    "Content-Transfer-Encoding: 8bit\r\n\r\n"
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\nÀ demain, Noël\r\nFrom là\r\n"
    "--b\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n"
).encode() + "<p>Été</p>\r\n--b\r\n".encode("latin-1")
FILE = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: binary\r\n\r\n"
LETTER = EIGHT + FILE + b"%PDF\xff\xfe\r\n--b--\r\n"


def read(letter: bytes) -> EmailMessage:
    found = message_from_bytes(letter, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_it_has_the_same_content_in_lines_of_ascii() -> None:
    found = sevenbit.made(LETTER)
    assert found is not None
    assert sevenbit.is_plain(found)
    letter = read(found)
    assert letter["Subject"] == "Été"
    [sender] = letter["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Élodie Müller", "e@x.test")
    text, html, pdf = letter.iter_parts()
    assert text.get_content().splitlines() == ["À demain, Noël", "From là"]
    assert html.get_content().strip() == "<p>Été</p>"
    assert pdf.get_content().rstrip() == b"%PDF\xff\xfe"


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_what_is_plain_is_only_put_into_lines(end: bytes) -> None:
    lines = [b"Subject: x", b"References: <a@b>", b" <c@d>", b"", b"From y", b""]
    assert sevenbit.made(end.join(lines)) == b"\r\n".join(lines)


def test_a_long_line_is_broken_softly() -> None:
    long = b"Subject: x\r\nContent-Type: text/plain\r\n\r\n" + b"a" * 5000
    found = sevenbit.made(long)
    assert found is not None
    assert read(found).get_content().strip() == "a" * 5000


SIGNED = LETTER.replace(b"multipart/mixed", b"multipart/signed")


@pytest.mark.parametrize("letter", [SIGNED, LETTER + b"\0", LETTER + b"\n--" * 6000])
def test_what_would_be_another_then_goes_as_octets(letter: bytes) -> None:
    assert sevenbit.made(letter) is None
    _raw, message = made(files=(File("lettre.eml", "message/rfc822", letter),))
    part = list(message.walk())[2]
    assert part.get_content_type() == "application/octet-stream"
    assert part.get_payload(decode=True) == letter


def test_a_message_goes_along_as_one() -> None:
    raw, message = made(files=(File("Été 🎄.eml", "message/rfc822", LETTER),))
    part = list(message.walk())[2]
    assert part.get_content_type() == "message/rfc822"
    assert "Content-Transfer-Encoding" not in part
    assert [p.get_filename() for p in read(raw).iter_attachments()] == ["Été 🎄.eml"]
