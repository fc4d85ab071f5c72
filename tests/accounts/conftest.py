"""Visitors: browsers without script at one of the doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from stack import Stack
from stack.people import Person

HOSTS = {"nominative": "messagerie.localhost", "functional": "bal.localhost"}
Sender = Callable[..., Any]


class Visitor(Client):
    """A browser at one door."""

    def __init__(self, door: str = "nominative", **defaults: Any) -> None:
        headers = {"host": HOSTS[door], **defaults.pop("headers", {})}
        super().__init__(headers=headers, **defaults)

    def sign_in(
        self, person: Person, password: str | None = None, **fields: str
    ) -> HttpResponse:
        """The answer to the form, filled in with this person's names."""
        given = {"username": person.uid, "password": password or person.password}
        return self.post("/connexion/", {**given, **fields})  # type: ignore[return-value]

    @property
    def key(self) -> str:
        return self.cookies["session"].value

    @property
    def is_signed_in(self) -> bool:
        return bool(self.get("/session/").status_code == 200)


@pytest.fixture(autouse=True)
def hasty(settings: Settings) -> None:
    """Refusals do not wait (test_throttling has the test of the wait)."""
    settings.SIGN_IN_REFUSAL_SECONDS = 0


@pytest.fixture
def visitor(db: None, stack: Stack) -> Visitor:
    return Visitor()


@pytest.fixture
def signed_in(visitor: Visitor, person: Person) -> Visitor:
    """A new person's visit, at the nominative door."""
    assert visitor.sign_in(person).status_code == 302
    return visitor
