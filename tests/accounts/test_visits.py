from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import visits
from accounts.models import BrowserSession, User
from stack.people import Person
from tests.accounts.conftest import Visitor


@contextmanager
def later(**delta: int) -> Iterator[None]:
    with time_machine.travel(timezone.now() + timedelta(**delta), tick=False):
        yield


def test_a_cookie_of_one_door_is_refused_at_the_other(signed_in: Visitor) -> None:
    other = Visitor("functional")
    other.cookies["session"] = signed_in.key
    assert other.get("/boites/")["Location"].startswith("/connexion/")
    # whoever showed it there may have stolen it
    assert not signed_in.is_signed_in


@pytest.mark.parametrize(("fields", "minutes"), [({}, 240), ({"shared": "on"}, 15)])
def test_it_ends_when_nobody_is_there(
    visitor: Visitor, person: Person, fields: dict[str, str], minutes: int
) -> None:
    visitor.sign_in(person, **fields)
    with later(minutes=minutes - 1):
        assert visitor.get("/").status_code == 302
        assert visitor.is_signed_in
    with later(minutes=2 * minutes - 2):
        # the page above was a sign of life
        assert visitor.is_signed_in
    with later(minutes=2 * minutes):
        assert not visitor.is_signed_in
    assert BrowserSession.objects.get().ended_at is not None


def test_it_ends_after_half_a_day_whatever_happens(signed_in: Visitor) -> None:
    for hours in range(1, 12):
        with later(hours=hours):
            assert signed_in.get("/").status_code == 302
            assert signed_in.is_signed_in
    with later(hours=12, seconds=1):
        assert not signed_in.is_signed_in


def test_what_pages_ask_by_themselves_is_no_sign_of_life(
    visitor: Visitor, person: Person
) -> None:
    visitor.sign_in(person, shared="on")
    news = f"/courrier/{person.address}/INBOX/nouveautes/"
    with later(minutes=10):
        visitor.get("/", headers={"x-background": "1"})
        assert visitor.get(news).status_code == 200
        assert visitor.post("/billet/").status_code == 200
    with later(minutes=16):
        assert not visitor.is_signed_in


def test_a_closed_account_is_out_at_the_next_request(
    signed_in: Visitor, person: Person
) -> None:
    User.objects.filter(uid=person.uid).update(is_active=False)
    assert not signed_in.is_signed_in
    User.objects.filter(uid=person.uid).update(is_active=True)
    assert not signed_in.is_signed_in


def test_a_visit_is_ended_from_outside(signed_in: Visitor) -> None:
    assert visits.end_these(BrowserSession.objects.all()) == 1
    assert not signed_in.is_signed_in
    assert not Session.objects.exists()
    assert visits.end_these(BrowserSession.objects.all()) == 0


def test_a_session_that_was_never_signed_in_opens_nothing(visitor: Visitor) -> None:
    session = visitor.session
    session["door"] = "nominative"
    session.save()
    assert not visitor.is_signed_in


def test_another_person_in_the_same_browser_begins_anew(
    signed_in: Visitor, person: Person
) -> None:
    first = signed_in.key
    signed_in.post("/deconnexion/")
    signed_in.sign_in(person)
    assert signed_in.key != first
    assert BrowserSession.objects.count() == 2
