"""Previews of files: by content, within bounds, never executed."""

from __future__ import annotations

import io
import wave
import zipfile
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from tests.mail.test_imaging import claiming, picture
from tests.mail.views.conftest import Desk

pytestmark = pytest.mark.django_db


def parcel(*files: tuple[str, str, bytes], subject: str = "Pièces") -> bytes:
    """A message with these (name, type, content)."""
    whole: Message = MIMEMultipart()
    whole["Subject"] = subject
    whole.attach(MIMEText("Ci-joint."))
    for name, kind, data in files:
        part = MIMEApplication(data)
        part.replace_header("Content-Type", kind)
        part.add_header("Content-Disposition", "attachment", filename=name)
        whole.attach(part)
    return whole.as_bytes()


def zipped(**entries: str) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return output.getvalue()


def odt(body: str) -> bytes:
    return zipped(content_xml=f'<o xmlns:t="t">{body}</o>')


def sound() -> bytes:
    output = io.BytesIO()
    with wave.open(output, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(1)
        made.setframerate(8000)
        made.writeframes(b"\x80" * 1000)
    return output.getvalue()


def shown(desk: Desk, uid: int, part: str = "2") -> str:
    answer = desk.get(rest=f"{uid}/pieces/{part}/apercu/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_picture_has_a_thumbnail_and_a_preview(desk: Desk) -> None:
    photo = picture("JPEG", (900, 600))
    # an ending that says nothing, as a Content-ID has
    uid = desk.box.deliver(parcel(("vue@school.test", "image/jpeg", photo)))
    page = desk.get(rest=f"{uid}/").content.decode()
    assert f"{uid}/pieces/2/vignette/?v=" in page
    assert 'loading="lazy"' in page
    assert "Image JPEG" in page
    small = desk.get(rest=f"{uid}/pieces/2/vignette/", v="1")
    assert small.headers["Content-Type"] == "image/jpeg"
    assert len(small.content) < len(photo)
    assert "pieces/2/image/" in shown(desk, uid)
    assert desk.get(rest=f"{uid}/pieces/2/image/").status_code == 200


@pytest.mark.parametrize(
    "data",
    [b"<svg onload=alert(1)>", b"<html>", claiming(30_000, 30_000), b"", b"\x89PNG"],
)
@pytest.mark.parametrize("rest", ["vignette/", "image/"])
def test_what_only_says_that_it_is_a_picture_is_not_shown(
    desk: Desk, data: bytes, rest: str
) -> None:
    uid = desk.box.deliver(parcel(("a.png", "image/png", data)))
    assert desk.get(rest=f"{uid}/pieces/2/{rest}").status_code == 404


def test_an_svg_has_no_preview_and_a_warning(desk: Desk) -> None:
    uid = desk.box.deliver(parcel(("a.svg", "image/svg+xml", b"<svg/>")))
    page = desk.get(rest=f"{uid}/").content.decode()
    assert "vignette" not in page
    assert "Peut être dangereux" in page
    assert "n’a pas d’aperçu" in shown(desk, uid)


def test_a_text_is_shown_in_its_character_set(desk: Desk) -> None:
    text = "Élève;Note\nZoé;12 <b>\n".encode("cp1252")
    uid = desk.box.deliver(parcel(("notes.csv", "text/csv", text)))
    page = shown(desk, uid)
    assert "Élève;Note" in page
    assert "&lt;b&gt;" in page


def test_a_long_text_is_cut_and_says_so(desk: Desk) -> None:
    uid = desk.box.deliver(parcel(("long.txt", "text/plain", b"mot " * 300_000)))
    page = shown(desk, uid)
    assert "Seul le début est montré" in page
    assert len(page) < 400_000


def test_a_binary_that_calls_itself_text_is_not_shown(desk: Desk) -> None:
    uid = desk.box.deliver(parcel(("a.txt", "text/plain", b"MZ\0\0\0")))
    assert "n’est pas ce que son nom annonce" in shown(desk, uid)


def test_the_text_of_a_document_is_shown(desk: Desk) -> None:
    data = odt("<t:p>Réunion &lt;script&gt;</t:p>")
    uid = desk.box.deliver(parcel(("compte rendu.odt", "application/zip", data)))
    page = shown(desk, uid)
    assert "Réunion &lt;script&gt;" in page


def test_a_pdf_is_shown_by_a_sandboxed_page_of_ours(desk: Desk) -> None:
    uid = desk.box.deliver(parcel(("a.pdf", "application/pdf", b"%PDF-1.7")))
    assert f"{uid}/pieces/2/pdf/" in shown(desk, uid)
    answer = desk.get(rest=f"{uid}/pieces/2/pdf/")
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox allow-scripts allow-same-origin" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert (
        f'data-href="{desk.path(rest=f"{uid}/pieces/2/")}"' in answer.content.decode()
    )


def test_what_is_no_pdf_has_no_such_page(desk: Desk) -> None:
    uid = desk.box.deliver(parcel(("a.html", "text/html", b"%PDF-1.7")))
    assert desk.get(rest=f"{uid}/pieces/2/pdf/").status_code == 404


def played(desk: Desk, uid: int, asked: str = "") -> HttpResponse:
    headers = {"Range": asked} if asked else {}
    path = desk.path(rest=f"{uid}/pieces/2/son/")
    return desk.visitor.get(path, headers=headers)  # type: ignore[return-value]


def content(answer: HttpResponse) -> bytes:
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize(
    ("asked", "status", "cut"),
    [
        ("", 200, slice(None)),
        ("bytes=10-19", 206, slice(10, 20)),
        ("bytes=-4", 206, slice(-4, None)),
    ],
)
def test_a_sound_is_played_in_ranges(
    desk: Desk, asked: str, status: int, cut: slice
) -> None:
    uid = desk.box.deliver(parcel(("son.wav", "audio/wav", sound())))
    answer = played(desk, uid, asked)
    assert (answer.status_code, content(answer)) == (status, sound()[cut])
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_range_beyond_the_end_is_refused(desk: Desk) -> None:
    uid = desk.box.deliver(parcel(("son.wav", "audio/wav", sound())))
    answer = played(desk, uid, "bytes=99999-")
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(sound())}"


def test_a_page_that_calls_itself_a_sound_is_not_played(desk: Desk) -> None:
    uid = desk.box.deliver(parcel(("son.mp3", "audio/mpeg", b"<html>")))
    assert played(desk, uid).status_code == 404


def test_an_invitation_is_told_in_words(desk: Desk) -> None:
    text = (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
        "SUMMARY:Conseil\\, 3e B\r\nDTSTART;TZID=Europe/Paris:20261201T143000\r\n"
        "DTEND;TZID=Europe/Paris:20261201T153000\r\nLOCATION:Salle <12>\r\n"
        "ORGANIZER;CN=Ana:mailto:ana@ac-poitiers.test\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    uid = desk.box.deliver(parcel(("i.ics", "text/calendar", text.encode())))
    page = shown(desk, uid)
    assert "Conseil, 3e B" in page
    assert "mardi 1 décembre 2026 à 14:30" in page
    assert "15:30" in page
    assert "Salle &lt;12&gt;" in page
    assert "Ana &lt;ana@ac-poitiers.test&gt;" in page


def test_each_preview_leads_to_the_next(desk: Desk) -> None:
    files = [(f"{n}.txt", "text/plain", b"texte") for n in range(3)]
    uid = desk.box.deliver(parcel(*files))
    page = shown(desk, uid, "3")
    assert f"{uid}/pieces/2/apercu/" in page
    assert f"{uid}/pieces/4/apercu/" in page
    assert "2 sur 3" in page


def test_htmx_is_given_the_preview_alone(desk: Desk) -> None:
    uid = desk.box.deliver(parcel(("a.txt", "text/plain", b"texte")))
    path = desk.path(rest=f"{uid}/pieces/2/apercu/")
    answer = desk.visitor.get(path, headers={"HX-Request": "true"})
    assert answer.content.decode().strip().startswith("<article")


@pytest.mark.parametrize(
    "rest", ["apercu/", "vignette/", "image/", "pdf/", "son/", "message/", "contenu/"]
)
def test_nobody_else_s_files_are_shown(
    desk: Desk, reading_desk: Desk, rest: str
) -> None:
    uid = desk.box.deliver(parcel(("a.txt", "text/plain", b"texte")))
    path = desk.path(rest=f"{uid}/pieces/2/{rest}")
    assert reading_desk.visitor.get(path).status_code == 404


def test_a_reader_of_a_functional_mailbox_sees_previews(reading_desk: Desk) -> None:
    uid = reading_desk.box.deliver(parcel(("a.txt", "text/plain", b"texte")))
    assert "texte" in shown(reading_desk, uid)


@pytest.mark.parametrize("part", ["9", "2-1", "2-9999", "1.1"])
def test_a_file_that_is_not_there(desk: Desk, part: str) -> None:
    uid = desk.box.deliver(parcel(("a.txt", "text/plain", b"texte")))
    assert desk.get(rest=f"{uid}/pieces/{part}/apercu/").status_code == 404
