from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import announcements
from accounts.models import Announcement
from stack import Stack
from stack.people import Person
from tests.accounts.conftest import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcements, "_kept", (0.0, []))


def announce(
    text: str, begins: int = -1, ends: int | None = None, *, lasting: bool = False
) -> Announcement:
    now = timezone.now()
    return Announcement.objects.create(
        text=text,
        is_lasting=lasting,
        starts_at=now + timedelta(hours=begins),
        ends_at=None if ends is None else now + timedelta(hours=ends),
    )


def test_it_shows_those_of_the_moment() -> None:
    announce("passée", -2, -1)
    announce("à venir", 1, 2)
    announce("sans fin", -2, None)
    announce("en cours", -1, 1)
    assert [a.text for a in announcements.current()] == ["en cours", "sans fin"]


def test_pages_do_not_ask_the_database_each_time(
    django_assert_num_queries: object,
) -> None:
    announcements.current()
    with django_assert_num_queries(0):  # type: ignore[operator]
        announcements.current()


@pytest.fixture
def visitor(stack: Stack, person: Person) -> Visitor:
    visitor = Visitor()
    assert visitor.sign_in(person).status_code == 302
    return visitor


def page(visitor: Visitor) -> str:
    return str(visitor.get("/preferences/").content.decode())


def test_one_that_was_hidden_stays_hidden_on_this_device(
    visitor: Visitor, person: Person
) -> None:
    announce("Maintenance samedi")
    [mark] = re.findall(r'name="mark" value="([^"]+)"', page(visitor))
    fields = {"mark": mark, "next": "/preferences/"}
    answer = visitor.post("/annonces/", fields)
    assert answer.headers["Location"] == "/preferences/"
    assert "Maintenance" not in page(visitor)
    other = Visitor()
    other.sign_in(person)
    assert "Maintenance" in page(other)


def test_what_was_changed_since_is_shown_again(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = announce("Maintenance samedi")
    visitor.post("/annonces/", {"mark": one.mark})
    Announcement.objects.update(text="Maintenance dimanche")
    monkeypatch.setattr(announcements, "_kept", (0.0, []))
    assert "Maintenance dimanche" in page(visitor)


def test_one_that_is_to_last_cannot_be_hidden(visitor: Visitor) -> None:
    one = announce("Messagerie en panne", lasting=True)
    assert 'name="mark"' not in page(visitor)
    visitor.post("/annonces/", {"mark": one.mark})
    assert "Messagerie en panne" in page(visitor)


def test_an_update_holds_those_that_are_left(visitor: Visitor) -> None:
    gone, left = announce("Une"), announce("Deux", -2)
    headers = {"HX-Request": "true"}
    answer = visitor.post("/annonces/", {"mark": gone.mark}, headers=headers)
    update = answer.content.decode()
    assert update.lstrip().startswith('<div class="announcements" id="announcements"')
    assert (gone.mark in update, left.mark in update) == (False, True)


def test_what_a_browser_keeps_is_bounded_and_nobody_s_invention() -> None:
    one = announce("Une")
    known = ".".join(f"{n}-00000000" for n in range(50))
    kept = announcements.hide(known, one.mark).split(".")
    assert (len(kept), kept[-1]) == (20, one.mark)
    assert announcements.hide("", "x" * 4000) == ""
