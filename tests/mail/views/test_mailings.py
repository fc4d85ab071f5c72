"""The page of an individual sending: prepared in the composer, watched, reported."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from mail import pacing
from mail.models import Mailing, Outgoing, Recipient
from tests.mail.views.conftest import Desk

pytestmark = pytest.mark.django_db
TWO = "Inès Marchand <z@parents.test>, a@parents.test"


def begin(desk: Desk, **fields: Any) -> str:
    """From the composer to the page; its path."""
    fields = {"to": TWO, "subject": "Pour {{prénom}}", "text": "Bonjour.", **fields}
    answer = desk.write(**fields, individual="1")
    assert answer.status_code == 303, answer.content
    return answer.headers["Location"]


def shown(desk: Desk, path: str) -> str:
    answer = desk.visitor.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def act(desk: Desk, path: str, verb: str) -> HttpResponse:
    return desk.visitor.post(f"{path}cours/", {"verb": verb})  # type: ignore[return-value]


def test_a_message_is_prepared_seen_and_sent_to_each(desk: Desk) -> None:
    path = begin(desk)
    assert begin(desk) == path
    page = shown(desk, path)
    assert "2 destinataires" in page
    assert "Pour Inès" in page
    assert "<code>{{prénom}}</code> (1)" in page
    assert "a@parents.test" in shown(desk, f"{path}?n=2")
    assert len(desk.box.messages("Drafts")) == 1
    assert act(desk, path, "begin").headers["Location"] == path
    assert pacing.carry_on() == 2
    assert Outgoing.objects.count() == 2
    assert "0 remis sur 2" in shown(desk, path)
    part = desk.visitor.get(path, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<div")
    assert 'hx-trigger="load' in part


def test_a_list_is_imported(desk: Desk) -> None:
    path = begin(desk, to="", text="Classe {{classe}}")
    table = SimpleUploadedFile(
        "l.csv", "Prénom;Mail;Classe\nInès;z@p.test;6e\nfaux;x;5e".encode("cp1252")
    )
    answer = desk.visitor.post(f"{path}liste/", {"table": table})
    assert answer.status_code == 303
    page = shown(desk, path)
    assert "1 ligne reprise. Sans adresse valable, ligne\u00a0: 3." in page
    assert "1 destinataire" in page
    assert "Classe 6e" in page


def test_the_outbox_leads_to_it_and_shows_no_crowd(desk: Desk) -> None:
    path = begin(desk)
    act(desk, path, "begin")
    pacing.carry_on()
    page = shown(desk, f"/envois/{desk.address}/")
    assert path in page
    assert page.count("<article") == 1


def test_the_one_entry_leads_to_what_became_of_each(desk: Desk) -> None:
    path = begin(desk)
    with desk.box.opened("Drafts") as client:
        client.copy("1", "Sent")
    page = desk.get("Sent", "1/").content.decode()
    assert f'href="{path}"' in page


def test_what_became_of_each_is_a_table_to_keep(desk: Desk) -> None:
    path = begin(desk, to='"=1+1 ; HYPERLINK" <+z@parents.test>, a@parents.test')
    act(desk, path, "begin")
    pacing.carry_on()
    Recipient.objects.filter(address="a@parents.test").update(answer="@SUM\n550 non")
    answer = desk.visitor.get(f"{path}rapport.csv")
    assert answer.headers["Content-Type"] == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    text = b"".join(answer).decode("utf-8-sig")
    heading, first, second = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert heading[:3] == ["Adresse", "Nom", "Résultat"]
    assert first[:2] == ["'+z@parents.test", "'=1+1 ; HYPERLINK"]
    assert second[3] == "'@SUM 550 non"


def test_one_tries_it_out_on_oneself(desk: Desk) -> None:
    path = begin(desk)
    token = re.search(r'name="token" value="(\w+)"', shown(desk, path))
    assert token
    for _ in range(2):
        fields = {"number": "1", "token": token[1]}
        assert desk.visitor.post(f"{path}essai/", fields).status_code == 303
    [row] = Outgoing.objects.all()
    assert row.subject == "Pour Inès"
    assert [r.address for r in row.recipients.all()] == [desk.address]


@pytest.mark.parametrize(
    ("rest", "fields", "sentence"),
    [
        ("liste/", {}, "Choisissez un fichier."),
        ("liste/", {"table": SimpleUploadedFile("x.csv", b"")}, "Ce fichier est vide."),
        ("essai/", {"number": "x", "token": "0" * 32}, ""),
        ("cours/", {"verb": "efface"}, ""),
    ],
)
def test_bad_input_is_told(
    desk: Desk, rest: str, fields: dict[str, Any], sentence: str
) -> None:
    path = begin(desk)
    answer = desk.visitor.post(f"{path}{rest}", fields)
    assert answer.status_code == 400
    assert sentence in html.unescape(answer.content.decode())


def test_what_has_begun_does_not_begin_again(desk: Desk) -> None:
    path = begin(desk)
    for verb, status in (("begin", 303), ("begin", 409), ("resume", 409)):
        assert act(desk, path, verb).status_code == status
    for verb in ("pause", "resume", "stop"):
        assert act(desk, path, verb).status_code == 303
    assert "Arrêté" in shown(desk, path)


def test_a_text_that_is_gone_is_told(desk: Desk) -> None:
    path = begin(desk)
    Mailing.objects.update(message_id="<parti@parents.test>")
    assert "retiré de la boîte" in shown(desk, path)
    assert act(desk, path, "begin").status_code == 404


def test_it_is_nobody_elses(desk: Desk, reading_desk: Desk) -> None:
    path = begin(desk)
    assert reading_desk.visitor.get(path).status_code == 404
    mailing = Mailing.objects.get()
    theirs = path.replace(desk.address, reading_desk.address)
    assert reading_desk.visitor.get(theirs).status_code == 404
    assert reading_desk.visitor.get(f"{theirs}rapport.csv").status_code == 404
    for rest in ("liste/", "essai/", "cours/"):
        assert desk.visitor.get(f"{path}{rest}").status_code == 405
    fields = {"verb": "begin"}
    assert reading_desk.visitor.post(f"{theirs}cours/", fields).status_code == 403
    mailing.refresh_from_db()
    assert mailing.state == "draft"
