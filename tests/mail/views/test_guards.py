"""One question before a message leaves, in the page and without script."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.utils import timezone
from pytest_django.fixtures import Settings

from mail.models import Outgoing, Recipient
from stack.people import Person
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
CROWD = ", ".join(f"parent{n}@parents.test" for n in range(8))


def page_of(answer: HttpResponse) -> str:
    assert answer.status_code == 200, answer.content
    return html.unescape(answer.content.decode())


def button(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def is_held(desk: Desk, **fields: Any) -> bool:
    before = Outgoing.objects.count()
    fields = {"token": uuid4().hex, **fields}
    held = "Avant d’envoyer" in desk.write(**fields).content.decode()
    assert held == (Outgoing.objects.count() == before)
    return held


def test_what_is_odd_is_asked_once_and_leaves_when_confirmed(desk: Desk) -> None:
    fields = {"to": CROWD, "subject": "", "text": "Le plan ci-joint."}
    page = page_of(desk.write(**fields))
    assert page.count('role="dialog"') == 1
    for sentence in ("8 adresses externes", "«\u00a0ci-joint\u00a0»", "pas d’objet"):
        assert sentence in page
    assert "Le plan ci-joint." in page
    assert not Outgoing.objects.exists()
    confirmed = button(page, "confirmed")
    assert desk.write(**fields, confirmed=confirmed).status_code == 303
    assert Outgoing.objects.get().state == "held"


def test_to_send_again_what_was_confirmed_sends_once(desk: Desk) -> None:
    fields = {"to": "a@mairie.test", "subject": ""}
    confirmed = button(page_of(desk.write(**fields)), "confirmed")
    for _click in range(2):
        assert desk.write(**fields, confirmed=confirmed).status_code == 303
    # the form that one comes back to has left already
    assert desk.write(**fields).status_code == 303
    assert Outgoing.objects.count() == 1


def test_a_confirmation_counts_for_what_was_told_of_that_draft(desk: Desk) -> None:
    fields = {"to": CROWD, "token": "1" * 32}
    confirmed = button(page_of(desk.write(**fields)), "confirmed")
    more = {**fields, "to": f"{CROWD}, autre@parents.test"}
    assert is_held(desk, **more, confirmed=confirmed)
    assert is_held(desk, **fields, subject="", confirmed=confirmed)
    assert is_held(desk, **{**fields, "token": "2" * 32}, confirmed=confirmed)
    assert is_held(desk, **fields, confirmed=confirmed[:-1])
    assert not is_held(desk, **fields, text="Autre", confirmed=confirmed)


def test_one_click_mends_and_sends_nothing(desk: Desk) -> None:
    page = page_of(desk.write(to=CROWD, text="Gardé", mend="bcc"))
    assert re.search(r'name="to" value=""', page)
    assert re.search(rf'name="bcc" value="{CROWD}"', page)
    assert "C’est corrigé." in page
    assert "Gardé" in page
    assert not Outgoing.objects.exists()
    assert not is_held(desk, bcc=CROWD)


def test_a_mend_shows_what_is_still_to_be_looked_at(desk: Desk) -> None:
    page = page_of(desk.write(to=CROWD, subject="", mend="bcc"))
    assert "pas d’objet" in page
    assert "adresses externes" not in page


def test_drafts_and_files_are_not_held(desk: Desk) -> None:
    assert desk.write(to=CROWD, subject="", save="1").status_code == 303
    page = page_of(desk.write(to=CROWD, attach="1"))
    assert "Avant d’envoyer" not in page


def test_the_institution_switches_guards_off(desk: Desk, settings: Settings) -> None:
    settings.GUARD_VISIBLE_OUTSIDE = 8
    assert not is_held(desk, to=CROWD)
    settings.GUARDS_OFF = ["subject"]
    assert not is_held(desk, to=CROWD, subject="")


def test_a_closed_list_is_firm_and_taken_out(desk: Desk, settings: Settings) -> None:
    settings.CLOSED_LISTS = {"tous@mairie.test": ["recteur@mairie.test"]}
    fields = {"to": "tous@mairie.test, a@mairie.test"}
    page = page_of(desk.write(**fields))
    assert "n’accepte pas" in page
    assert 'name="confirmed"' not in page
    assert is_held(desk, **fields, confirmed="faux")
    page = page_of(desk.write(**fields, mend=button(page, "mend")))
    assert 'name="to" value="a@mairie.test"' in page
    settings.CLOSED_LISTS = {"tous@mairie.test": [desk.address.lower()]}
    assert not is_held(desk, **fields)


def test_the_namesake_of_a_new_recipient_is_named(
    desk: Desk, make_person: Callable[..., Person]
) -> None:
    meant = make_person(given="Solange", surname="Bréchet", uid="sbrechet")
    other = make_person(given="Bréchet", surname="Solange", uid="sbrechet1")
    page = page_of(desk.write(to=meant.address))
    assert other.address in page
    assert "a le même nom" in page
    Outgoing.objects.create(
        mailbox=(row := _sent(desk)).mailbox,
        author=row.author,
        due_at=timezone.now(),
        message_id="<avant@b.test>",
        token="avant",
        sender=desk.address,
    )
    Recipient.objects.create(
        outgoing=Outgoing.objects.get(token="avant"),
        address=meant.address,
        accepted=True,
    )
    assert not is_held(desk, to=meant.address)


def _sent(desk: Desk) -> Outgoing:
    desk.write(to="a@mairie.test", text="Autre")
    return Outgoing.objects.get()


def test_a_storm_pauses_answers_to_all(desk: Desk, settings: Settings) -> None:
    settings.GUARD_STORM_REPLIES = 6
    root = "<tous@parents.test>"
    for n in range(6):
        sender = f"c{n}@mairie.test"
        desk.box.deliver(letter("Re: Tous", sender=sender, References=root))
    fields = {"in_reply_to": root, "references": root, "text": "Stop"}
    page = page_of(desk.write(to="c0@mairie.test", cc="c1@mairie.test", **fields))
    assert "Cette conversation s’emballe" in page
    assert 'name="confirmed"' not in page
    assert not is_held(desk, to="c0@mairie.test", **fields)


def test_who_may_not_write_is_refused(desk: Desk, reading_desk: Desk) -> None:
    assert reading_desk.write(to=CROWD, mend="bcc").status_code == 403
    theirs = Desk(desk.visitor, reading_desk.box, reading_desk.address)
    assert theirs.write(to=CROWD, mend="bcc").status_code == 404


def test_an_address_that_is_wrong_is_told_before_the_guards(desk: Desk) -> None:
    answer = desk.write(to="nom@", subject="", mend="only nom@")
    assert answer.status_code == 400
    assert "Adresse non valable" in answer.content.decode()
