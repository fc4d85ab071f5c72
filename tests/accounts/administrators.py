"""Somebody at the pages of the administration."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import AuditEvent, User
from stack.people import Person

NOMINATIVE, FUNCTIONAL = "messagerie.localhost", "bal.localhost"


def signed_in(person: Person, host: str = NOMINATIVE, **rights: bool) -> Client:
    """A browser in which `person` has signed in at a door; `is_staff=True`…"""
    client = Client(headers={"host": host})
    given = {"username": person.uid, "password": person.password}
    response = client.post("/connexion/", given)
    assert response.status_code == 302, response.content.decode()
    User.objects.filter(uid=person.uid).update(**rights)
    return client


def acts(act: str) -> list[dict[str, Any]]:
    """The audited events of this name, oldest first."""
    names = ("person", "mailbox", "target", "outcome", "address")
    return list(AuditEvent.objects.filter(act=act).order_by("pk").values(*names))
