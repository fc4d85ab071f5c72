from __future__ import annotations

import time
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.test import RequestFactory
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts import throttling
from stack.people import Person
from tests.accounts.conftest import Visitor
from tests.accounts.views.test_sign_in import told

LIMIT = 6


def fail(visitor: Visitor, person: Person, name: str, times: int) -> list[int]:
    return [
        visitor.sign_in(person, "wrong", username=name).status_code
        for _ in range(times)
    ]


@pytest.mark.parametrize("name", ["{uid}", "personne"])
def test_known_and_unknown_are_locked_out_alike(
    visitor: Visitor, person: Person, name: str
) -> None:
    name = name.format(uid=person.uid)
    assert fail(visitor, person, name, LIMIT) == [400] * (LIMIT - 1) + [429]
    response = visitor.sign_in(person, username=name.upper())
    assert response.status_code == 429
    assert "Trop d’essais. Réessayez dans 10 minutes." in told(response)
    assert response["Retry-After"] == "600"


def test_the_lock_out_ends(visitor: Visitor, person: Person) -> None:
    fail(visitor, person, "personne", LIMIT)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert visitor.sign_in(person, "wrong", username="personne").status_code == 400


def test_it_concerns_one_account_and_one_source(
    visitor: Visitor, person: Person
) -> None:
    fail(visitor, person, "personne", LIMIT)
    assert visitor.sign_in(person).status_code == 302
    elsewhere = Visitor(REMOTE_ADDR="192.0.2.7")
    response = elsewhere.sign_in(person, "wrong", username="personne")
    assert response.status_code == 400


@pytest.mark.parametrize("name", ["{uid}", "personne"])
def test_from_elsewhere_known_and_unknown_are_said_to_be_blocked(
    visitor: Visitor, person: Person, name: str
) -> None:
    name = name.format(uid=person.uid)
    fail(visitor, person, name, LIMIT)
    elsewhere = Visitor(REMOTE_ADDR="192.0.2.7")
    response = elsewhere.sign_in(person, "wrong", username=name)
    assert response.status_code == 400
    assert "bloqué" in told(response)


def test_a_success_forgives(visitor: Visitor, person: Person) -> None:
    for name in (person.uid, person.address):
        fail(visitor, person, name, LIMIT - 2)
        assert visitor.sign_in(person, username=name).status_code == 302
        visitor.post("/deconnexion/")
    assert not AccessAttempt.objects.exists()


def test_one_source_may_not_try_many_accounts(
    visitor: Visitor, person: Person, settings: Settings
) -> None:
    settings.SIGN_IN_FAILURES_PER_ADDRESS = 4
    for n in range(4):
        fail(visitor, person, f"personne{n}", 1)
    assert visitor.sign_in(person).status_code == 429
    assert Visitor(REMOTE_ADDR="192.0.2.7").sign_in(person).status_code == 302


def test_a_forged_address_changes_nothing(visitor: Visitor, person: Person) -> None:
    for n in range(LIMIT):
        forged = Visitor(headers={"x-forwarded-for": f"192.0.2.{n}"})
        status = forged.sign_in(person, "wrong", username="personne").status_code
    assert status == 429


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", None),
    ],
)
def test_a_subscriber_of_ipv6_is_one_source(
    rf: RequestFactory, address: str, counted: str | None
) -> None:
    assert throttling.source(rf.get("/", REMOTE_ADDR=address)) == counted


def test_a_refusal_takes_its_time_whoever_is_asked_for(
    visitor: Visitor, person: Person, settings: Settings
) -> None:
    settings.SIGN_IN_REFUSAL_SECONDS = 0.3
    for name in (person.uid, "personne"):
        begin = time.monotonic()
        fail(visitor, person, name, 1)
        assert 0.3 <= time.monotonic() - begin < 5
