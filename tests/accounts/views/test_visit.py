from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from stack.people import Person
from tests.accounts.conftest import Visitor


@pytest.fixture
def shared(visitor: Visitor, person: Person) -> Visitor:
    visitor.sign_in(person, shared="on")
    return visitor


def test_asking_does_not_prolong_the_visit(shared: Visitor) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=14), tick=False):
        assert shared.get("/session/").json()["seconds"] <= 60
        assert shared.get("/session/").json()["seconds"] <= 60


def test_one_can_ask_for_more_time(shared: Visitor) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=14), tick=False):
        assert shared.post("/session/").json()["seconds"] > 14 * 60
        assert shared.get("/session/").json()["seconds"] > 14 * 60


def test_a_stranger_is_sent_to_sign_in(visitor: Visitor) -> None:
    assert visitor.get("/session/")["Location"].startswith("/connexion/")
