"""Suggestions while a recipient is typed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from django.core.cache import cache
from pytest_django.fixtures import Settings

from mail.models import Correspondent
from mail.views import recipients
from stack.people import Person
from tests.mail.views.conftest import Desk

pytestmark = pytest.mark.django_db
LEAF = {"near": "", "colleagues": "annuaire/", "members": "membres/"}


@pytest.fixture(autouse=True)
def asked_anew(db: None) -> None:
    cache.clear()


def path(desk: Desk, leaf: str = "") -> str:
    return f"/destinataires/{desk.address}/{leaf}"


def told(desk: Desk, leaf: str = "", **query: str) -> list[str]:
    answer = desk.visitor.get(path(desk, leaf), query)
    assert answer.status_code == 200, answer.content
    return [one["email"] for one in answer.json()["suggestions"]]


def test_those_written_to_are_suggested_once_the_message_is_queued(desk: Desk) -> None:
    assert told(desk, q="cla") == []
    desk.write(to="Claire Été <c@mairie.test>", cc="d@mairie.test", text="Bonjour")
    assert told(desk, q="ete cla") == ["c@mairie.test"]
    assert told(desk) == ["c@mairie.test", "d@mairie.test"]


def test_a_draft_and_a_refused_message_teach_nothing(desk: Desk) -> None:
    desk.write(to="c@mairie.test", text="Bonjour", save="1")
    desk.write(to="c@mairie.test, nom@", text="Bonjour")
    assert told(desk, q="c@") == []


def test_colleagues_are_found_with_what_tells_them_apart(
    desk: Desk, make_person: Callable[..., Person]
) -> None:
    person = make_person(given="Zoé", surname="Quintefeuille")
    answer = desk.visitor.get(path(desk, "annuaire/"), {"q": "quintef zoe"})
    [one] = answer.json()["suggestions"]
    assert (one["name"], one["email"]) == (person.name, person.address)
    assert one["about"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_not_to_be_proposed_is_gone_from_everywhere(
    desk: Desk, make_person: Callable[..., Person]
) -> None:
    person = make_person(surname="Rhododendron")
    desk.write(to=person.address, text="Bonjour")
    forgotten = desk.visitor.post(path(desk, "oubli/"), {"email": person.address})
    assert forgotten.status_code == 204
    assert told(desk, q="rhodod") == told(desk, "annuaire/", q="rhodod") == []


def test_without_directory_the_history_answers(desk: Desk, settings: Settings) -> None:
    desk.write(to="c@mairie.test", text="Bonjour")
    settings.LDAP_URI = "ldap://127.0.0.1:1"
    assert told(desk, q="mairie") == ["c@mairie.test"]
    down = desk.visitor.get(path(desk, "annuaire/"), {"q": "mairie"})
    assert down.status_code == 503


def test_members_of_a_list_are_told(desk: Desk) -> None:
    address = {"email": "equipe.0869001s@ac-poitiers.test"}
    answer = desk.visitor.get(path(desk, "membres/"), address)
    assert len(answer.json()["people"]) > 2
    nobody = desk.visitor.get(path(desk, "membres/"), {"email": "x@y.test"})
    assert nobody.status_code == 404


def test_the_lines_are_plain_fields_without_script(desk: Desk) -> None:
    page = desk.visitor.get(f"/ecrire/{desk.address}/", {"a": "c@mairie.test"})
    html = page.content.decode()
    for name in ("to", "cc", "bcc"):
        assert re.search(rf'<input id="id_{name}" type="text" name="{name}"', html)
    assert html.count("<recipient-field ") == 3
    assert f'data-near="{path(desk)}"' in html


def test_a_hostile_name_is_only_text(desk: Desk) -> None:
    name = "</script><hx-partial onload=x>\u202e"
    desk.write(to=f'"{name}" <c@mairie.test>', text="Bonjour")
    answer = desk.visitor.get(path(desk), {"q": "mairie"})
    assert answer.headers["Content-Type"] == "application/json"
    assert "\u202e" not in answer.json()["suggestions"][0]["name"]


@pytest.mark.parametrize("leaf", ["", "annuaire/", "membres/", "oubli/"])
def test_only_those_who_write_from_the_mailbox(
    desk: Desk, reading_desk: Desk, leaf: str
) -> None:
    ask = desk.visitor.post if leaf == "oubli/" else desk.visitor.get
    query = {"q": "x", "email": "x@y.test"}
    assert ask(path(reading_desk, leaf), query).status_code == 404
    ask = reading_desk.visitor.post if leaf == "oubli/" else reading_desk.visitor.get
    assert ask(path(reading_desk, leaf), query).status_code == 403


@pytest.mark.parametrize("bad", ["a\0b", "a\r\nb", "x" * 2000])
def test_bad_input_gets_a_sentence(desk: Desk, bad: str) -> None:
    for leaf in ("", "annuaire/"):
        assert desk.visitor.get(path(desk, leaf), {"q": bad}).status_code == 400
    forgotten = desk.visitor.post(path(desk, "oubli/"), {"email": bad})
    assert forgotten.status_code == 400


def test_nobody_copies_the_directory(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipients, "_EACH_MINUTE", 3)
    asked = [desk.visitor.get(path(desk), {"q": "a"}) for _ in range(10)]
    # a minute may end meanwhile
    assert asked[-1].status_code == 429
    assert "Trop de demandes" in asked[-1].content.decode()


def test_a_full_history_answers_in_time(desk: Desk) -> None:
    desk.write(to="c@mairie.test", text="Bonjour")
    row = Correspondent.objects.get()
    Correspondent.objects.bulk_create(
        Correspondent(
            mailbox=row.mailbox,
            user=row.user,
            address=f"p{n}@parents.test",
            words=f"parent numero {n} p{n}@parents.test",
            weight=row.weight - n,
        )
        for n in range(1000)
    )
    told(desk, q="nothing")
    began = time.thread_time()
    assert len(told(desk, q="par num")) == 10
    assert time.thread_time() - began < 0.1
