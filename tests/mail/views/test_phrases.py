"""Signatures and templates in the composer, with script and without."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from accounts.models import Mailbox, User
from mail.models import ImposedSignature, Outgoing, Signature, Template
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
SCHEDULED = "Programm&AOk-s"


def mailbox(desk: Desk) -> Mailbox:
    return Mailbox.objects.get(address=desk.address)


def text_in(answer: Any) -> str:
    page = answer.content.decode()
    found = re.search(r'<textarea[^>]* name="text"[^>]*>\n(.*?)</textarea>', page, re.S)
    assert found, answer.status_code
    return html.unescape(found[1])


@pytest.fixture
def signatures(desk: Desk) -> tuple[Signature, Signature]:
    make = mailbox(desk).signatures.create
    usual = make(name="Usuelle", text="{{mon_nom}}", for_new=True, for_answers=True)
    return usual, make(name="Courte", text="É.")


@pytest.fixture
def template(desk: Desk) -> Template:
    text = "Bonjour {{prenom}},\n\nVoici {{document}}."
    who = User.objects.get(mail=desk.address)
    return Template.objects.create(author=who, name="Envoi", text=text, subject="Doc")


@pytest.mark.usefixtures("signatures")
def test_a_message_begins_with_its_signature(desk: Desk) -> None:
    name = User.objects.get(mail=desk.address).name
    new = desk.visitor.get(f"/ecrire/{desk.address}/")
    assert text_in(new) == f"\n\n-- \n{name}\n"
    desk.box.deliver(letter(text="Question"))
    answer = desk.visitor.get(f"/ecrire/{desk.address}/INBOX/1/reponse/")
    above, _, below = text_in(answer).partition(f"\n\n-- \n{name}\n")
    assert (above, below.strip().splitlines()[-1]) == ("", "> Question")


def test_without_script_a_button_exchanges_it(
    desk: Desk, signatures: tuple[Signature, Signature]
) -> None:
    text = text_in(desk.visitor.get(f"/ecrire/{desk.address}/"))
    fields = {"text": f"Tapé  ici{text}", "signature": str(signatures[1].pk)}
    answer = desk.write(sign="1", to="nom@", **fields)
    assert answer.status_code == 200
    assert text_in(answer) == "Tapé  ici\n\n-- \nÉ.\n"
    assert 'value="nom@"' in answer.content.decode()
    assert text_in(desk.write(sign="1", text="Oui\n\n-- \nÉ.")) == "Oui"
    assert not Outgoing.objects.exists()


def test_a_template_is_inserted_with_what_is_known(
    desk: Desk, template: Template
) -> None:
    fields = {"to": "Claire D. <c@mairie.test>", "text": "Suite", "subject": ""}
    answer = desk.write(insert="1", template=str(template.pk), **fields)
    assert text_in(answer) == "Bonjour Claire,\n\nVoici {{document}}.\n\nSuite"
    assert 'value="Doc"' in answer.content.decode()
    path = f"/ecriture/{desk.address}/modeles/{template.pk}/texte/"
    found = desk.visitor.post(path, fields).json()
    assert found["text"].startswith("Bonjour Claire,")
    assert "{{document}}" in found["told"]


def test_what_is_not_known_is_pointed_out_before_sending(desk: Desk) -> None:
    fields = {"to": "Claire D. <c@mairie.test>", "text": "{{prenom}} : {{classe}}"}
    answer = desk.write(**fields)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 400
    assert "À compléter avant l’envoi\u00a0: {{classe}}." in page
    assert 'name="as_it_is"' in page
    assert desk.write(save="1", **fields).status_code == 303
    assert not Outgoing.objects.exists()
    assert desk.write(as_it_is="on", **fields).status_code == 303
    assert b"Claire : {{classe}}" in desk.box.messages(SCHEDULED)[0]


def test_the_text_at_hand_is_kept_as_a_template(desk: Desk) -> None:
    fields = {"subject": "Sortie", "text": "Bonjour,\n\nOui.\n\n-- \nMoi\n"}
    answer = desk.write(keep="1", **fields)
    assert "Sortie" in answer.content.decode()
    assert text_in(answer) == fields["text"]
    row = Template.objects.get()
    assert (row.name, row.text) == ("Sortie", "Bonjour,\n\nOui.")
    path = f"/ecriture/{desk.address}/modeles/texte/"
    assert desk.visitor.post(path, {"text": "Autre"}).json()["told"]
    refused = desk.visitor.post(path, {"text": "-- \nMoi"})
    assert refused.status_code == 400
    assert "Écrivez d’abord" in refused.json()["told"]
    assert Template.objects.count() == 2


def test_a_text_that_cannot_be_kept_is_not_lost(desk: Desk) -> None:
    answer = desk.write(keep="1", subject="Seul")
    assert answer.status_code == 400
    assert 'value="Seul"' in answer.content.decode()


def test_what_is_imposed_leaves_with_every_message(desk: Desk) -> None:
    domain = desk.address.partition("@")[2]
    ImposedSignature.objects.create(domain=domain, text="Académie de Poitiers")
    page = desk.visitor.get(f"/ecrire/{desk.address}/")
    assert "Académie de Poitiers" in text_in(page)
    for text in ("Sans rien", text_in(page)):
        desk.write(to="c@mairie.test", text=text)
    for message in desk.box.messages(SCHEDULED):
        assert message.count(b"--=20\r\nAcad=C3=A9mie de Poitiers") == 1


@pytest.mark.parametrize("rest", ["modeles/1/texte/", "modeles/texte/"])
def test_only_those_who_write_may(
    desk: Desk, reading_desk: Desk, template: Template, rest: str
) -> None:
    root = f"/ecriture/{reading_desk.address}/"
    assert reading_desk.visitor.post(f"{root}{rest}").status_code == 403
    others = f"/ecriture/x@ac-poitiers.test/{rest}"
    assert desk.visitor.post(others).status_code == 404
    assert desk.write(insert="1", template="99999").status_code == 404
    assert desk.write(insert="1", template="x").status_code == 200
