"""The sender's card."""

from __future__ import annotations

import re
from email.utils import formataddr

import pytest
from pytest_django.fixtures import Settings

from stack.people import Person
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db


def asked(desk: Desk, uid: int, query: str = "", **headers: str) -> str:
    path = desk.path(rest=f"{uid}/expediteur/{query}")
    return desk.visitor.get(path, headers=headers).content.decode()


def test_a_colleague_is_known(desk: Desk, person: Person) -> None:
    uid = desk.box.deliver(letter(sender=f"{person.uid} <{person.address}>"))
    assert "expediteur/" in desk.get(rest=f"{uid}/").content.decode()
    page = asked(desk, uid)
    assert "Dans l’annuaire" in page
    assert person.name in page
    assert "<!doctype html>" in page


def test_a_stranger_with_a_colleagues_name_is_told(desk: Desk, person: Person) -> None:
    uid = desk.box.deliver(letter(sender=formataddr((person.name, "x@attacker.test"))))
    page = desk.get(rest=f"{uid}/").content.decode()
    assert re.search(r'role="alert" hx-get="[^"]*\?homonyme"', page)
    assert re.search(r'<noscript><a [^>]*expediteur/">', page)
    region = asked(desk, uid, "?homonyme", HX_Request="true")
    assert "porte le nom d’un collègue" in region
    assert "<!doctype" not in region
    assert "porte le nom d’un collègue" in asked(desk, uid)


def test_of_other_strangers_nothing_is_said(desk: Desk) -> None:
    uid = desk.box.deliver(letter(sender="Un Inconnu <x@parents.test>"))
    assert not asked(desk, uid, "?homonyme", HX_Request="true").strip()
    assert "pas dans l’annuaire" in asked(desk, uid)


def test_a_message_opens_while_the_directory_is_down(
    desk: Desk, settings: Settings
) -> None:
    uid = desk.box.deliver(letter(sender="Une Inconnue <y@parents.test>"))
    settings.LDAP_URI = "ldap://127.0.0.1:1"
    assert desk.get(rest=f"{uid}/").status_code == 200
    answer = desk.get(rest=f"{uid}/expediteur/")
    assert answer.status_code == 503
    assert "L’annuaire ne répond pas" in answer.content.decode()


def test_somebody_elses_message(desk: Desk, reading_desk: Desk) -> None:
    uid = reading_desk.box.deliver(letter())
    path = reading_desk.path(rest=f"{uid}/expediteur/")
    assert desk.visitor.get(path).status_code == 404
