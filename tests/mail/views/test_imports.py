"""Messages put into a folder from files."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEvent
from mail import importing
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db


def eml(subject: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{subject}.eml", letter(subject), "message/rfc822")


def quick(desk: Desk, **fields: Any) -> dict[str, Any]:
    """As the script asks."""
    headers = {"Accept": "text/plain"}
    answer = desk.visitor.post(desk.path(rest="imports/"), fields, headers=headers)
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = json.loads(answer.content)
    return told


def test_files_become_messages_and_the_others_are_told(desk: Desk) -> None:
    page = desk.get(rest="imports/").content.decode()
    assert 'enctype="multipart/form-data"' in page
    other = SimpleUploadedFile("notes.txt", b"x", "text/plain")
    answer = desk.post("imports/", files=[eml("Un"), other, eml("Deux")])
    assert (answer.status_code, answer.headers["Location"]) == (303, desk.path())
    listed = html.unescape(desk.get().content.decode())
    assert "2 messages importés." in listed
    assert "notes.txt : ce n’est pas un message (.eml)." in listed
    assert [m.count(b"\r\n") > 3 for m in desk.box.messages("INBOX")] == [True, True]
    assert AuditEvent.objects.filter(act="message.import").exists()


def test_an_import_in_pieces_is_told_and_taken_back_as_one(desk: Desk) -> None:
    before = ""
    for subject in ("Un", "Deux"):
        told = quick(desk, files=[eml(subject)], before=before)
        before = told["before"]
    answer = desk.update("imports/", before=before, here="INBOX")
    shown = html.unescape(answer.content.decode())
    assert "2 messages importés." in shown
    token = re.search(r'name="token" value="([^"]+)"', shown)
    assert token
    desk.post("restaurations/", token=token[1])
    assert desk.box.messages("INBOX") == []
    assert len(desk.box.messages("Trash")) == 2


@pytest.mark.parametrize("before", ["x", "a:b:c"])
def test_a_token_that_is_not_ours_is_refused(desk: Desk, before: str) -> None:
    answer = desk.post("imports/", files=[eml("Un")], before=before)
    assert answer.status_code == 400
    assert desk.box.messages("INBOX") == []


def test_nothing_and_too_much_are_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.post("imports/")
    assert "Aucun message n’a été importé." in desk.get().content.decode()
    monkeypatch.setattr(importing, "FILES_MAX", 1)
    assert desk.post("imports/", files=[eml("a"), eml("b")]).status_code == 413


def test_others_and_readers_import_nothing(desk: Desk, reading_desk: Desk) -> None:
    other = Desk(desk.visitor, desk.box, reading_desk.address)
    for who, status in ((other, 404), (reading_desk, 403)):
        assert who.post("imports/", files=[eml("x")]).status_code == status
        assert who.get(rest="imports/").status_code == status
