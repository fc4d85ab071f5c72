"""Drafts that the page stores by itself: in words, once, and for whom it shows."""

from __future__ import annotations

import email
import html
import re
from datetime import timedelta
from email.policy import default
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import timezone

from accounts.models import AuditEvent
from mail import moments
from mail.models import Outgoing
from tests.mail.views.conftest import Desk, letter
from tests.mail.views.test_attached import hidden
from tests.mail.views.test_compose import answer_page, value_of

pytestmark = pytest.mark.django_db
ONE, TWO = "1" * 32, "2" * 32


def owner(desk: Desk) -> str:
    return str(desk.visitor.get("/session/").json()["owner"])


def store(desk: Desk, **fields: Any) -> HttpResponse:
    """As the page does it."""
    mark = fields.pop("owner", None) or owner(desk)
    given = {"token": "0" * 32, "save": "1", "owner": mark, **fields}
    path = f"/ecrire/{desk.address}/brouillon/"
    return desk.visitor.post(path, given, headers={"HX-Request": "true"})  # type: ignore[return-value]


def told(desk: Desk, **fields: Any) -> dict[str, Any]:
    answer = store(desk, **fields)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()  # type: ignore[attr-defined,no-any-return]


def sentence(answer: HttpResponse) -> str:
    return html.unescape(answer.content.decode())


def drafts(desk: Desk) -> list[email.message.EmailMessage]:
    found = desk.box.messages("Drafts")
    return [email.message_from_bytes(raw, policy=default) for raw in found]


def test_what_is_written_is_stored_and_goes_on_elsewhere(desk: Desk) -> None:
    first = told(desk, to="c@mairie.test", subject="Été", text="Un", bcc="b@b.test")
    assert first["said"].startswith("Enregistré à ")
    second = told(desk, to="c@mairie.test", text="Deux", draft_id=first["draft"])
    [draft] = drafts(desk)
    assert draft.get_content().strip() == "Deux"
    assert draft["To"] == "c@mairie.test"
    page = desk.visitor.get(second["path"]).content.decode()
    assert value_of(page, "draft_id") == second["draft"]
    assert desk.visitor.get(second["drafts"]).status_code == 200


def test_half_an_address_is_kept_as_it_was_typed(desk: Desk) -> None:
    line = "Claire <c@mairie.test>, clé dupont"
    path = told(desk, to=line, cc="nom@")["path"]
    page = desk.visitor.get(path).content.decode()
    assert value_of(page, "to") == line
    assert value_of(page, "cc") == "nom@"


def test_what_is_forwarded_is_known_later(desk: Desk) -> None:
    desk.box.deliver(letter(Message_ID="<q@parents.test>"))
    fields = hidden(answer_page(desk, 1, "transfert"))
    page = desk.visitor.get(told(desk, **fields)["path"]).content.decode()
    assert value_of(page, "origin_id") == "<q@parents.test>"
    assert value_of(page, "origin_flag") == "forwarded"


def test_an_older_tab_is_told_and_overwrites_nothing(desk: Desk) -> None:
    opened = told(desk, text="Un")["draft"]
    assert told(desk, text="Deux", draft_id=opened)["apart"] == ""
    other = told(desk, text="Trois", draft_id=opened, token="1" * 32)
    assert "rien n’a été écrasé" in other["apart"]
    assert [d.get_content().strip() for d in drafts(desk)] == ["Deux", "Trois"]


def test_an_attempt_made_again_is_stored_once(desk: Desk) -> None:
    first = told(desk, text="Un", draft_save=ONE)
    again = told(desk, text="Un", draft_save=ONE, draft_attempts=ONE)
    assert again["draft"] == first["draft"]
    told(desk, text="Deux", draft_save=TWO, draft_attempts=f"{ONE} {TWO}")
    assert [d.get_content().strip() for d in drafts(desk)] == ["Deux"]


def test_files_stay_with_it(desk: Desk) -> None:
    added = SimpleUploadedFile("plan.pdf", b"%PDF-1.7", "application/pdf")
    fields = hidden(desk.write(attach="1", files=[added], text="Un").content.decode())
    path = told(desk, **fields)["path"]
    fields = hidden(desk.visitor.get(path).content.decode())
    for text in ("Un", "Deux"):
        fields |= {"draft_id": [told(desk, **fields)["draft"]], "text": [text]}
    [draft] = drafts(desk)
    assert [part.get_filename() for part in draft.iter_attachments()] == ["plan.pdf"]


def test_sending_removes_it_once_and_undoing_brings_it_back(desk: Desk) -> None:
    fields = {"to": "c@mairie.test", "text": "Fini"}
    saved = told(desk, draft_save=ONE, **fields)
    # the answer came too late for the page: it knows only that it tried
    assert desk.write(draft_attempts=ONE, **fields).status_code == 303
    assert drafts(desk) == []
    # saved or not between two clicks, it is the same message
    desk.write(draft_id=saved["draft"], **fields)
    row = Outgoing.objects.get()
    undone = desk.visitor.post(f"/envois/{desk.address}/{row.pk}/annulation/")
    page = desk.visitor.get(undone.headers["Location"]).content.decode()
    told(desk, text="Corrigé", draft_id=value_of(page, "draft_id"))
    assert [d.get_content().strip() for d in drafts(desk)] == ["Corrigé"]


@pytest.mark.parametrize("way", ["kept", "taken back"])
def test_what_is_to_come_back_is_not_forgotten(desk: Desk, way: str) -> None:
    date = moments.typed(timezone.now() + timedelta(days=9))
    asked = {"to": "c@mairie.test", "text": "x", "notify": "on", "follow": date}
    if way == "kept":
        path = told(desk, **asked)["path"]
        [draft] = drafts(desk)
        # as Thunderbird keeps it
        assert "DSN=1" in draft["X-Mozilla-Draft-Info"]
    else:
        desk.write(**asked)
        row = Outgoing.objects.get()
        undone = desk.visitor.post(f"/envois/{desk.address}/{row.pk}/annulation/")
        path = undone.headers["Location"]
    page = desk.visitor.get(path).content.decode()
    assert re.search(r'name="notify"[^>]* checked', page)
    assert f'<option value="{date}" selected>À la date choisie' in page


def test_it_does_not_prolong_the_visit_nor_fill_the_audit(desk: Desk) -> None:
    session = Session.objects.get()
    data = session.get_decoded()
    data["seen"] -= timedelta(minutes=5).seconds
    session.session_data = Session.objects.encode(data)
    session.save()
    first = told(desk, text="Un")
    told(desk, text="Deux", draft_id=first["draft"])
    assert Session.objects.get().get_decoded()["seen"] == data["seen"]
    assert AuditEvent.objects.filter(act="message.draft").count() == 1


def test_an_ended_visit_is_told_without_a_page(desk: Desk) -> None:
    mark = owner(desk)
    Session.objects.all().delete()
    answer = store(desk, text="Un", owner=mark)
    assert "HX-Redirect" in answer.headers
    assert drafts(desk) == []


def test_the_text_of_another_person_is_not_stored(desk: Desk) -> None:
    answer = store(desk, text="Un", owner="0" * 20)
    assert answer.status_code == 403
    assert "Une autre personne est connectée" in sentence(answer)
    assert drafts(desk) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "x\r\nBcc: y@z.test"},
        {"to": "a@b.test\0"},
        {"cc": "\rBcc: y@z.test"},
        {"in_reply_to": "<a@b>\n"},
    ],
)
def test_a_header_is_not_broken(desk: Desk, fields: dict[str, str]) -> None:
    answer = store(desk, **fields)
    assert answer.status_code == 400
    assert "Un caractère interdit" in sentence(answer)
    assert drafts(desk) == []


@pytest.mark.parametrize("text", ["", "é" * 250_000])
def test_nothing_and_very_much_are_stored(desk: Desk, text: str) -> None:
    told(desk, text=text)
    [draft] = drafts(desk)
    assert draft.get_content().replace("\n", "").replace(" ", "") == text


def test_another_mailbox_is_not_there(desk: Desk, reading_desk: Desk) -> None:
    path = f"/ecrire/{reading_desk.address}/brouillon/"
    fields = {"token": "0" * 32, "save": "1", "owner": owner(desk)}
    assert desk.visitor.post(path, fields).status_code == 404
    assert desk.visitor.get(f"/ecrire/{desk.address}/brouillon/").status_code == 405


def test_who_only_reads_stores_none(reading_desk: Desk) -> None:
    assert store(reading_desk, text="Un").status_code == 403


@pytest.mark.parametrize(("text", "is_formatted"), [("", True), ("Un", False)])
def test_a_draft_is_written_as_it_was_once_it_has_a_text(
    desk: Desk, text: str, is_formatted: bool
) -> None:
    path = told(desk, subject="Sortie", text=text)["path"]
    page = desk.visitor.get(path).content.decode()
    assert ("data-formatted" in page) == is_formatted
