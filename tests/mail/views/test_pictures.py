"""Pictures in the text of a message: put there, kept in drafts, sent, answered."""

from __future__ import annotations

import email
import io
import re
from email.message import Message

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from mail.models import Outgoing
from tests.mail.views.conftest import Desk
from tests.mail.views.test_compose import SCHEDULED, answer_page

pytestmark = pytest.mark.django_db


def photo(size: tuple[int, int] = (30, 20)) -> SimpleUploadedFile:
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "46.58 N 0.34 E"
    Image.new("RGB", size, "#1b7a3d").save(made, "JPEG", exif=exif)
    return SimpleUploadedFile("Photo été.jpg", made.getvalue(), "image/jpeg")


def put(desk: Desk, file: SimpleUploadedFile | None = None) -> str:
    path = f"/ecrire/{desk.address}/images/"
    answer = desk.visitor.post(path, {"image": file or photo()})
    assert answer.status_code == 201, answer.content
    return str(answer.json()["name"])


def image_of(raw: bytes) -> Message:
    made = email.message_from_bytes(raw)
    return next(part for part in made.walk() if part.get_content_type() == "image/jpeg")


def test_a_picture_is_shown_in_the_editor_and_sent_with_the_text(desk: Desk) -> None:
    name = put(desk)
    shown = desk.visitor.get(f"/ecrire/{desk.address}/images/{name}/")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert b"46.58" not in shown.content
    html = f'<p>Vue<img src="cid:{name}" alt="Cour"></p>'
    desk.write(to="c@mairie.test", html=html)
    [raw] = desk.box.messages(SCHEDULED)
    content_id = image_of(raw)["Content-ID"].strip("<>")
    body = email.message_from_bytes(raw).get_payload()[1].get_payload()[0]  # type: ignore[index,union-attr]
    assert f'src="cid:{content_id}"' in body.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert b"Vue[Cour]" in raw


def test_a_large_picture_is_as_wide_as_a_screen_wherever_it_is_read(
    desk: Desk,
) -> None:
    wide, small = put(desk, photo((1600, 900))), put(desk)
    images = (f'<img src="cid:{wide}">', f'<img src="cid:{wide}" width="90">')
    html = f'<p>Vue{"".join(images)}<img src="cid:{small}"></p>'
    desk.write(to="c@mairie.test", html=html)
    [raw] = desk.box.messages(SCHEDULED)
    found = email.message_from_bytes(raw).walk()
    [body] = [p for p in found if p.get_content_type() == "text/html"]
    sent = body.get_payload(decode=True).decode()  # type: ignore[union-attr]
    tags = re.findall(r"<img [^>]*>", sent)
    widths = [re.findall(r'width="(\d+)"', tag) for tag in tags]
    assert widths == [["800"], ["90"], []]


def test_a_draft_keeps_its_pictures(desk: Desk) -> None:
    html = f'<p>Vue<img src="cid:{put(desk)}" alt="Cour"></p>'
    desk.write(save="1", html=html)
    page = answer_page(desk, 1, "brouillon", "Drafts")
    name = re.findall(r"src=&quot;cid:([^&]+)&quot;", page)[0]
    assert desk.visitor.get(f"/ecrire/{desk.address}/images/{name}/").status_code == 200
    desk.write(to="c@mairie.test", html=f'<p>Vue<img src="cid:{name}"></p>')
    [raw] = desk.box.messages(SCHEDULED)
    assert len(image_of(raw).get_payload(decode=True)) > 300


def test_pictures_of_the_original_go_into_the_answer(desk: Desk) -> None:
    desk.write(to="c@mairie.test", html=f'<p>Ici<img src="cid:{put(desk)}"></p>')
    uid = desk.box.deliver(desk.box.messages(SCHEDULED)[0])
    page = answer_page(desk, uid, "reponse")
    name = re.findall(r"src=&quot;cid:([^&]+)&quot;", page)[0]
    desk.write(
        to="d@mairie.test", html=f'<blockquote><img src="cid:{name}"></blockquote>'
    )
    assert image_of(desk.box.messages(SCHEDULED)[-1])["Content-ID"]


@pytest.mark.parametrize("data", [b"", b"<svg onload=x>", b"\xff\xd8\xff\xe0rest"])
def test_what_is_no_picture_is_refused_with_a_sentence(desk: Desk, data: bytes) -> None:
    file = SimpleUploadedFile("x.png", data, "image/png")
    answer = desk.visitor.post(f"/ecrire/{desk.address}/images/", {"image": file})
    assert answer.status_code == 400
    assert "image" in answer.content.decode()


def test_a_picture_that_is_lost_stops_the_message_and_loses_no_text(desk: Desk) -> None:
    answer = desk.write(to="c@mairie.test", html='<p>Gardé<img src="cid:x"></p>')
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "n’a pas été conservée" in page
    assert "Gardé" in page
    assert not Outgoing.objects.exists()


def test_nobody_sees_the_pictures_of_others(desk: Desk, reading_desk: Desk) -> None:
    name = put(desk)
    path = f"/ecrire/{reading_desk.address}/images/{name}/"
    assert reading_desk.visitor.get(path).status_code == 404
    assert desk.visitor.get(path).status_code == 404
    add = f"/ecrire/{reading_desk.address}/images/"
    assert reading_desk.visitor.post(add, {"image": photo()}).status_code == 403
    text = f"/ecrire/{reading_desk.address}/texte/"
    assert reading_desk.visitor.post(text, {"html": "x"}).status_code == 403


def test_formatted_text_becomes_readable_text(desk: Desk) -> None:
    html = "<ul><li>un</li><li>deux</li></ul>"
    answer = desk.visitor.post(f"/ecrire/{desk.address}/texte/", {"html": html})
    assert answer.content.decode() == "- un\n- deux"
