"""Files of a message, sent in pieces (tus 1.0.0)."""

from __future__ import annotations

import base64
import html
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from pytest_django.fixtures import Settings

from accounts.models import User
from mail.models import Outgoing
from mail.uploads import Shelf
from tests.mail.views.conftest import Desk

pytestmark = pytest.mark.django_db
TOKEN = "f" * 32


@pytest.fixture(autouse=True)
def _root(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOAD_ROOT = str(tmp_path)


def ask(
    desk: Desk,
    method: str,
    path: str,
    told: dict[str, str] | None = None,
    data: bytes = b"",
) -> Any:
    headers = {"Tus-Resumable": "1.0.0", "Accept": "text/plain", **(told or {})}
    kind = "application/offset+octet-stream" if method == "PATCH" else ""
    return desk.visitor.generic(method, path, data, content_type=kind, headers=headers)


def create(desk: Desk, size: object, name: str = "note.txt") -> HttpResponse:
    names = {"filename": name, "filetype": "text/plain"}
    described = ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}"
        for key, value in names.items()
    )
    there = f"/ecrire/{desk.address}/depot/{TOKEN}/"
    told = {"Upload-Length": str(size), "Upload-Metadata": described}
    answer: HttpResponse = ask(desk, "POST", there, told)
    return answer


def send(desk: Desk, there: str, offset: int, data: bytes) -> HttpResponse:
    answer: HttpResponse = ask(
        desk, "PATCH", there, {"Upload-Offset": str(offset)}, data
    )
    return answer


def test_a_file_arrives_in_pieces_and_leaves_with_the_message(desk: Desk) -> None:
    created = create(desk, 6, "Été.txt")
    assert (created.status_code, "Upload-Expires" in created.headers) == (201, True)
    there = created.headers["Location"]
    assert send(desk, there, 0, b"abc").headers["Upload-Offset"] == "3"
    told = ask(desk, "HEAD", there)
    assert (told.headers["Upload-Offset"], told.headers["Upload-Length"]) == ("3", "6")
    assert send(desk, there, 0, b"abc").status_code == 409
    assert send(desk, there, 3, b"def").status_code == 204
    row = ask(desk, "GET", there).content.decode()
    assert "Été.txt" in row
    file_id = there.rstrip("/").rpartition("/")[2]
    desk.write(to="c@mairie.test", text="Voici", token=TOKEN, file=file_id)
    [stored] = desk.box.messages("Programm&AOk-s")
    assert base64.b64encode(b"abcdef") in stored


def test_what_the_server_offers(desk: Desk) -> None:
    there = f"/ecrire/{desk.address}/depot/{TOKEN}/"
    offered = ask(desk, "OPTIONS", there).headers
    assert (offered["Tus-Version"], offered["Tus-Max-Size"]) == ("1.0.0", "19660800")
    assert "creation" in offered["Tus-Extension"]
    refused = ask(desk, "POST", there, {"Tus-Resumable": "0.2.2"})
    assert refused.status_code == 412


def test_a_file_given_up_is_gone(desk: Desk) -> None:
    there = create(desk, 6).headers["Location"]
    assert ask(desk, "DELETE", there).status_code == 204
    assert ask(desk, "HEAD", there).status_code == 404
    assert ask(desk, "DELETE", there).status_code == 404


def test_an_empty_file_is_a_file(desk: Desk) -> None:
    there = create(desk, 0).headers["Location"]
    assert "vide" in ask(desk, "GET", there).content.decode()


@pytest.mark.parametrize(
    ("size", "status", "sentence"),
    [
        (2 * 1024**3, 413, "Les pièces jointes dépassent 18 Mo."),
        ("beaucoup", 400, "pas valable"),
    ],
)
def test_a_refusal_is_a_sentence(
    desk: Desk, size: object, status: int, sentence: str
) -> None:
    answer = create(desk, size)
    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_visit_that_ended_is_told_and_the_file_goes_on(desk: Desk) -> None:
    there = create(desk, 6).headers["Location"]
    send(desk, there, 0, b"abc")
    cookies = desk.visitor.cookies
    desk.visitor.cookies = SimpleCookie()
    answer = send(desk, there, 3, b"def")
    assert (answer.status_code, "session a expiré" in answer.content.decode()) == (
        401,
        True,
    )
    desk.visitor.cookies = cookies
    assert send(desk, there, 3, b"def").headers["Upload-Offset"] == "6"


def test_old_beginnings_are_over(desk: Desk) -> None:
    there = create(desk, 6).headers["Location"]
    shelf = Shelf(User.objects.get().pk, TOKEN)
    old = "0" * 20 + there.rstrip("/")[-33:]
    for path in shelf.folder.iterdir():
        text = path.read_text().replace(there.rstrip("/").rpartition("/")[2], old)
        path.write_text(text)
        path.rename(path.with_name(old + path.suffix))
    answer = ask(desk, "HEAD", f"/ecrire/{desk.address}/depot/{TOKEN}/{old}/")
    assert answer.status_code == 410


def test_files_are_of_one_person(desk: Desk, reading_desk: Desk) -> None:
    there = create(desk, 6).headers["Location"]
    assert ask(reading_desk, "HEAD", there).status_code == 404
    assert create(reading_desk, 6).status_code == 403
    assert (
        create(Desk(desk.visitor, desk.box, reading_desk.address), 6).status_code == 404
    )


@pytest.mark.parametrize("button", ["attach", "save", "send"])
def test_a_form_without_script_keeps_its_text_when_a_file_is_refused(
    desk: Desk, button: str
) -> None:
    fake = SimpleUploadedFile("bulletin.pdf", b"MZ", "application/pdf")
    fields = {"to": "c@mairie.test", "text": "Deux heures", button: "1"}
    page = html.unescape(desk.write(files=fake, **fields).content.decode())
    assert "«\u00a0bulletin.pdf\u00a0» est un programme déguisé" in page
    assert "Deux heures" in page
    assert "Retirer bulletin.pdf" not in page
    assert not Outgoing.objects.exists()
