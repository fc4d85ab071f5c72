"""Formatted messages as other mail programs read them."""

from __future__ import annotations

import io
import re
from email import message_from_bytes
from email.policy import default

from PIL import Image

from mail import formatting, safehtml
from mail.composing import Draft, File, Inline, built
from mail.plaintext import unwrapped
from tests.mail.test_composing import AT, SENDER, TO

LONG = "Une phrase assez longue pour tenir sur plusieurs lignes, accentuée. " * 4


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (20, 10), "#0b4fb3").save(made, "PNG")
    return made.getvalue()


def sent(**fields: object) -> tuple[bytes, object]:
    draft = Draft(to=TO, subject="Sujet", **fields)  # type: ignore[arg-type]
    data = built(draft, SENDER, "<m@ac-poitiers.test>", AT)
    return data, message_from_bytes(data, policy=default)


def shape(part) -> object:  # type: ignore[no-untyped-def]
    """Types as a tree."""
    if not part.is_multipart():
        return part.get_content_type()
    return [part.get_content_type(), *map(shape, part.iter_parts())]


def full() -> tuple[bytes, object]:
    logo = Inline("1@ac-poitiers.test", File("logo été.png", "image/png", picture()))
    html = f'<div>{LONG}<img src="cid:1@ac-poitiers.test" alt="logo"></div>'
    pdf = File("note.pdf", "application/pdf", b"%PDF")
    return sent(text=LONG, html=html, pictures=(logo,), files=(pdf,))


def test_pictures_stand_beside_the_html_that_shows_them() -> None:
    _data, made = full()
    related = ["multipart/related", "text/html", "image/png"]
    alternative = ["multipart/alternative", "text/plain", related]
    assert shape(made) == ["multipart/mixed", alternative, "application/pdf"]
    assert made["MIME-Version"] == "1.0"  # type: ignore[index]
    found = {part.get_content_type(): part for part in made.walk()}  # type: ignore[attr-defined]
    # RFC 2387 §3.1
    assert found["multipart/related"].get_param("type") == "text/html"
    image = found["image/png"]
    assert image["Content-ID"] == "<1@ac-poitiers.test>"
    assert image.get_content_disposition() == "inline"
    assert image.get_filename() == "logo été.png"
    assert image.get_content() == picture()


def test_no_line_and_no_octet_needs_a_server_to_change_it() -> None:
    data, made = full()
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 78
    parts = {part.get_content_type(): part for part in made.walk()}  # type: ignore[attr-defined]
    for kind in ("text/plain", "text/html"):
        assert parts[kind].get_content_charset() == "utf-8"
        assert parts[kind]["Content-Transfer-Encoding"] == "quoted-printable"
    plain = parts["text/plain"]
    assert plain.get_param("format") == "flowed"
    assert unwrapped(plain.get_content()).strip() == LONG.strip()


def test_the_document_is_whole_for_readers_that_want_one() -> None:
    _data, made = sent(text="Oui", html="<div>Oui</div>")
    assert shape(made) == ["multipart/alternative", "text/plain", "text/html"]
    html = made.get_body(("html",)).get_content()  # type: ignore[attr-defined]
    assert html.startswith("<!DOCTYPE html>")
    assert re.search(r"<body [^>]*font-family[^>]*>\s*<div>Oui</div>\s*</body>", html)


def test_a_reader_without_style_sheets_sees_what_is_quoted() -> None:
    """Gmail drops them for mail of others, Outlook knows no class."""
    html = '<div>Oui</div><blockquote type="cite"><p>Non</p></blockquote>'
    _data, made = sent(text="Oui", html=html)
    document = made.get_body(("html",)).get_content()  # type: ignore[attr-defined]
    seen = re.sub(r"<style>.*?</style>| class=\"[^\"]*\"", "", document, flags=re.S)
    assert re.search(
        r'<blockquote style="[^"]*border-left:3px[^"]*" type="cite">', seen
    )
    # taken up again and sent once more, it is the same
    again = safehtml.clean_written(document)
    assert again.count("border-left") == formatting.document(again).count("border-left")


def test_plain_text_alone_stays_alone() -> None:
    assert shape(sent(text="Oui")[1]) == "text/plain"
