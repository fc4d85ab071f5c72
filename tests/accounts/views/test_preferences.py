from __future__ import annotations

import pytest

from accounts import preferences
from accounts.models import User
from stack.people import Person
from tests.accounts.conftest import Visitor

pytestmark = pytest.mark.django_db
CHOSEN = {
    "layout": "below",
    "density": "compact",
    "shortcuts": "on",
    "undo_seconds": "0",
    "composer": "dock",
    "writing": "plain",
    "answers": "above",
}


def of(person: Person) -> preferences.Preferences:
    return preferences.of(User.objects.get(uid=person.uid))


def test_what_is_chosen_is_kept_and_told(signed_in: Visitor, person: Person) -> None:
    answer = signed_in.post("/preferences/", CHOSEN, follow=True)
    assert answer.redirect_chain == [("/preferences/", 303)]
    assert "Préférences enregistrées." in answer.content.decode()
    kept = of(person)
    assert (kept.layout, kept.density) == ("below", "compact")
    assert (kept.conversations, kept.shortcuts) == (False, True)
    assert kept.undo_seconds == 0


def test_the_page_shows_what_was_chosen(signed_in: Visitor) -> None:
    signed_in.post("/preferences/", CHOSEN)
    page = signed_in.get("/preferences/").content.decode()
    checked = [word for word in page.split("<input") if "checked" in word]
    assert len(checked) == 6
    assert "Raccourcis clavier" in page


def test_the_screens_of_mail_follow_it(signed_in: Visitor, person: Person) -> None:
    inbox = f"/courrier/{person.address}/INBOX/"
    assert 'data-layout="side"' in signed_in.get(inbox).content.decode()
    signed_in.post("/preferences/", CHOSEN)
    page = signed_in.get(inbox).content.decode()
    assert 'data-layout="below" data-density="compact"' in page
    assert 'aria-orientation="horizontal"' in page
    signed_in.post("/preferences/", {**CHOSEN, "layout": "single"})
    assert "<pane-divider" not in signed_in.get(inbox).content.decode()


def test_nobody_waits_longer_than_half_a_minute(signed_in: Visitor) -> None:
    answer = signed_in.post("/preferences/", {**CHOSEN, "undo_seconds": "31"})
    assert answer.status_code == 400


def test_what_does_not_exist_is_refused(signed_in: Visitor, person: Person) -> None:
    answer = signed_in.post("/preferences/", {**CHOSEN, "layout": "<script>"})
    assert answer.status_code == 400
    assert "Sélectionnez un choix valide" in answer.content.decode()
    assert of(person) == preferences.Preferences()


def test_the_share_of_the_list_is_kept(signed_in: Visitor, person: Person) -> None:
    assert signed_in.post("/preferences/volet/", {"pane": "45"}).status_code == 204
    assert of(person).pane == 45
    page = signed_in.get(f"/courrier/{person.address}/INBOX/").content.decode()
    assert 'data-pane="45"' in page
    for wrong in ("5", "99", "x", ""):
        answer = signed_in.post("/preferences/volet/", {"pane": wrong})
        assert answer.status_code == 400
    assert of(person).pane == 45
