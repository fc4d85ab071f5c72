"""Ways into a new message from elsewhere."""

from __future__ import annotations

import email
import html
import json
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from tests.mail.views.conftest import Desk, letter
from tests.mail.views.test_compose import value_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _root(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOAD_ROOT = str(tmp_path)


def followed(desk: Desk, answer: Any) -> str:
    assert answer.status_code in {302, 303}, answer.content
    page = desk.visitor.get(answer.headers["Location"])
    assert page.status_code == 200
    return html.unescape(page.content.decode())


def test_a_mailto_link_opens_a_message(desk: Desk) -> None:
    link = "mailto:c@mairie.test?subject=Sortie&body=Bonjour%0D%0Aà tous"
    page = followed(desk, desk.visitor.get("/ecrire/", {"mailto": link}))
    assert 'value="c@mairie.test"' in page
    assert 'value="Sortie"' in page
    assert "Bonjour\nà tous</textarea>" in page


def test_what_another_program_shares_becomes_a_message(desk: Desk) -> None:
    given = {
        "title": "Photo",
        "text": "Vu au lycée",
        "link": "https://exemple.test/",
        "files": SimpleUploadedFile("photo.txt", b"x", "text/plain"),
    }
    page = followed(desk, desk.visitor.post("/partage/", given))
    assert "Vu au lycée\n\nhttps://exemple.test/" in page
    assert 'value="Photo"' in page
    assert "Retirer photo.txt" in page


def test_a_foreign_page_shares_nothing(desk: Desk) -> None:
    strange = {"Sec-Fetch-Site": "cross-site"}
    answer = desk.visitor.post("/partage/", {"text": "x"}, headers=strange)
    assert answer.status_code == 403


def test_the_manifest_says_what_the_site_takes(desk: Desk) -> None:
    desk.visitor.logout()
    told = json.loads(desk.visitor.get("/manifest.webmanifest").content)
    assert told["share_target"]["action"] == "/partage/"
    assert told["protocol_handlers"][0]["url"] == "/ecrire/?mailto=%s"


def test_selected_messages_go_along_as_they_are(desk: Desk) -> None:
    for subject in ("Un / deux", "Trois"):
        desk.box.deliver(letter(subject))
    page = followed(desk, desk.post("transferts/", uid=["1", "2"]))
    assert "Retirer deux.eml" in page
    carried = page.split('name="carried" value="')[1:]
    ids = [piece.partition('"')[0] for piece in carried]
    token = value_of(page, "token")
    desk.write(
        to="c@mairie.test", subject="Deux", text="Voici", carried=ids, token=token
    )
    [stored] = desk.box.messages("Programm&AOk-s")
    parts = list(email.message_from_bytes(stored, policy=default).iter_attachments())
    assert [p.get_content_type() for p in parts] == ["message/rfc822"] * 2
    assert [p.get_content()["Subject"] for p in parts] == ["Un / deux", "Trois"]


def test_one_message_goes_along_by_its_name(desk: Desk) -> None:
    desk.box.deliver(letter("Conseil"))
    there = f"/ecrire/{desk.address}/INBOX/1/jointe/"
    assert 'value="Tr: Conseil"' in followed(desk, desk.visitor.get(there))
    update = desk.update("transferts/", uid="1")
    assert (update.status_code, "joints=1" in update.headers["HX-Redirect"]) == (
        204,
        True,
    )


def test_not_everything_goes_along(desk: Desk) -> None:
    answer = desk.post("transferts/", uid=[str(n) for n in range(1, 30)])
    assert (answer.status_code, "20" in answer.content.decode()) == (400, True)
    for query in ({"joints": "x"}, {"joints": "-1"}):
        assert desk.visitor.get(f"/ecrire/{desk.address}/", query).status_code == 400
    gone = desk.visitor.get(f"/ecrire/{desk.address}/", {"joints": "77"})
    assert gone.status_code == 404


def test_the_card_is_joined(desk: Desk) -> None:
    page = html.unescape(desk.write(attach="card", token="d" * 32).content.decode())
    assert ".vcf</span>" in page
    card = desk.visitor.get(f"/ecrire/{desk.address}/carte/").content.decode()
    assert f"EMAIL:{desk.address}\r\n" in card
    assert card.startswith("BEGIN:VCARD\r\nVERSION:4.0\r\n")


def test_others_and_readers_have_no_part_in_it(desk: Desk, reading_desk: Desk) -> None:
    other = Desk(desk.visitor, desk.box, reading_desk.address)
    for who, status in ((other, 404), (reading_desk, 403)):
        assert who.post("transferts/", uid="1").status_code == status
        card = who.visitor.get(f"/ecrire/{who.address}/carte/")
        assert card.status_code == status
