from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from accounts.models import Kind, Mailbox, Membership, Role, User
from convergence.errors import SignInRequired
from live import tickets, views

pytestmark = pytest.mark.django_db


def boxes() -> User:
    user = User.objects.create(uid="cpetit")
    for login, kind in (("cpetit", Kind.NOMINATIVE), ("ce.0869001s", Kind.FUNCTIONAL)):
        box = Mailbox.objects.create(
            login=login, address=f"{login}@ac-poitiers.test", kind=kind
        )
        Membership.objects.create(user=user, mailbox=box, role=Role.MEMBER)
    return user


def test_a_ticket_opens_the_mailboxes_of_the_door_taken() -> None:
    request = RequestFactory().post("/billet/")
    request.user = boxes()
    request.user.door_kind = Kind.FUNCTIONAL  # type: ignore[attr-defined]
    answer = views.ticket(request)
    ticket = answer.content.decode().split('"')[3]
    assert tickets.read(ticket) == ("ce.0869001s",)


def test_nobody_gets_no_ticket() -> None:
    request = RequestFactory().post("/billet/")
    request.user = AnonymousUser()
    with pytest.raises(SignInRequired):
        views.ticket(request)
