"""Files of a message being written: none leaves the form, or the message, unsaid."""

from __future__ import annotations

import email
import html
import re
import shutil
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from mail.models import Outgoing
from tests.mail.views.conftest import Desk
from tests.mail.views.test_compose import SCHEDULED, answer_page, value_of

pytestmark = pytest.mark.django_db
LOST = "Un fichier joint n’a pas été conservé."
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.fixture(autouse=True)
def uploads(settings: Settings, tmp_path: Path) -> Path:
    settings.UPLOAD_ROOT = str(tmp_path)
    return tmp_path


def file(name: str, data: bytes = b"%PDF-1.7") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/pdf")


@pytest.fixture
def received(desk: Desk, uploads: Path) -> int:
    """The UID of a letter with two files."""
    files = [file("Résumé.pdf"), file("plan.pdf", b"%PDF" + b"x" * 3000)]
    desk.write(to="c@mairie.test", text="Voici", files=files)
    [stored] = desk.box.messages(SCHEDULED)
    Outgoing.objects.all().delete()
    return desk.box.deliver(stored)


def hidden(page: str) -> dict[str, list[str]]:
    """What the form of this page posts without showing it."""
    fields: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(page):
        fields.setdefault(name, []).append(html.unescape(value))
    return fields


def names_of(message: bytes) -> list[str | None]:
    parts = email.message_from_bytes(message).walk()
    return [p.get_filename() for p in parts if p.get_filename()]


def text_of(answer: object) -> str:
    return html.unescape(answer.content.decode())  # type: ignore[attr-defined]


def test_looking_at_a_forward_copies_nothing(
    desk: Desk, received: int, uploads: Path
) -> None:
    page = answer_page(desk, received, "transfert")
    assert "Résumé.pdf" in page
    assert "plan.pdf" in page
    assert not list(uploads.glob("*/*"))


def test_a_forward_sends_the_files_of_the_message(desk: Desk, received: int) -> None:
    fields = hidden(answer_page(desk, received, "transfert"))
    answer = desk.write(
        to="d@mairie.test", text="Suit", files=[file("b.pdf")], **fields
    )
    assert answer.status_code == 303
    made = email.message_from_bytes(desk.box.messages(SCHEDULED)[-1])
    found = {p.get_filename(): p.get_payload(decode=True) for p in made.walk()}
    assert len(found.pop("plan.pdf")) == 3004
    assert b"%PDF-1.7" in found.values()
    assert "b.pdf" in found


def test_a_saved_draft_keeps_them(desk: Desk, received: int) -> None:
    fields = hidden(answer_page(desk, received, "transfert"))
    desk.write(save="1", text="Plus tard", **fields)
    fields = hidden(answer_page(desk, 1, "brouillon", "Drafts"))
    assert len(fields["carried"]) == 2
    desk.write(save="1", text="Encore", **fields)
    [draft] = desk.box.messages("Drafts")
    assert len(names_of(draft)) == 2


def test_an_invitation_goes_along_with_what_it_asks(desk: Desk, uploads: Path) -> None:
    letter = MIMEMultipart()
    letter["Subject"] = "Conseil de classe"
    asked = MIMEText("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n", "calendar", "utf-8")
    asked.set_param("method", "REQUEST")
    asked.add_header("Content-Disposition", "attachment", filename="invite.ics")
    letter.attach(asked)
    uid = desk.box.deliver(letter.as_bytes())
    fields = hidden(answer_page(desk, uid, "transfert"))
    desk.write(to="d@mairie.test", **fields)
    [sent] = desk.box.messages(SCHEDULED)
    parts = email.message_from_bytes(sent).walk()
    [part] = [p for p in parts if p.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"


def test_a_carried_file_may_be_taken_away(desk: Desk, received: int) -> None:
    fields = hidden(answer_page(desk, received, "transfert"))
    page = desk.write(remove=fields["carried"][1], **fields).content.decode()
    assert "plan.pdf" not in page
    assert hidden(page)["carried"] == fields["carried"][:1]


def test_too_much_to_forward_is_said(
    desk: Desk, received: int, settings: Settings
) -> None:
    settings.MESSAGE_MAX_BYTES = 3000
    page = answer_page(desk, received, "transfert")
    assert "plan.pdf" in page
    fields = hidden(page)
    answer = desk.write(to="d@mairie.test", text="Gardé", **fields)
    assert answer.status_code == 413
    for told in ("Les pièces jointes dépassent", "Gardé", "plan.pdf", "Résumé.pdf"):
        assert told in text_of(answer)
    assert not Outgoing.objects.exists()


def test_a_message_that_went_away_is_said(desk: Desk, received: int) -> None:
    fields = hidden(answer_page(desk, received, "transfert"))
    desk.post("suppressions/", uid=received)
    answer = desk.write(to="d@mairie.test", text="Gardé", **fields)
    assert answer.status_code == 409
    assert "Résumé.pdf" in text_of(answer)
    assert "n’est plus dans la boîte" in text_of(answer)
    assert "Gardé" in text_of(answer)
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize("spoil", [lambda i: i + "x", lambda i: "x"])
def test_what_the_site_did_not_sign_is_not_fetched(
    desk: Desk, received: int, spoil: object
) -> None:
    fields = hidden(answer_page(desk, received, "transfert"))
    forged = spoil(fields.pop("carried")[0])  # type: ignore[operator]
    answer = desk.write(to="d@mairie.test", carried=forged, **fields)
    assert answer.status_code == 400
    assert LOST in text_of(answer)
    assert not Outgoing.objects.exists()


def test_a_file_that_was_swept_is_said(desk: Desk, uploads: Path) -> None:
    page = desk.write(attach="1", files=[file("note.pdf")]).content.decode()
    known = value_of(page, "file")
    shutil.rmtree(next(uploads.glob("*/*")))
    answer = desk.write(to="c@mairie.test", text="Gardé", file=known)
    assert answer.status_code == 400
    assert LOST in text_of(answer)
    assert "Gardé" in text_of(answer)
    assert not Outgoing.objects.exists()
