"""All addresses of the site, whatever they are: what none of them may forget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.exceptions import NoReverseMatch
from django.urls.resolvers import RoutePattern
from django.utils import timezone

from accounts.models import Announcement, Mailbox, Membership, User
from mail.models import (
    Act,
    FollowUp,
    Label,
    Mute,
    Outgoing,
    Recipient,
    Snooze,
    TrustedSender,
)
from stack.people import Person
from tests.accounts.conftest import Visitor
from tests.stack.boxes import Box
from tests.stack.people import MakeMailbox

ADDRESS = "ce.0869001S@ac-poitiers.test"
# one value for each converter
VALUES = {
    "AddressConverter": ADDRESS,
    "FolderConverter": "INBOX",
    "UidConverter": 1,
    "PartConverter": "1",
    "PieceConverter": "1",
    "IntConverter": 1,
    "StringConverter": "x",
    "SlugConverter": "x",
    "PathConverter": "1",
    "UUIDConverter": "6f1d9a1e-3f60-4d8e-9d3b-0f2f1c9a7b11",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# what no link may add, change or take away
MAIL = (Outgoing, Recipient, Label, TrustedSender, Mute, Snooze, FollowUp, Act)
TABLES = (User, Mailbox, Membership, Announcement, *MAIL)
# from a browser itself, on behalf of another program: a form is shown, no more
SHARE = "/partage/"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Address:
    """A path of the site with values filled in, and its view."""

    path: str
    view: Any

    @property
    def is_public(self) -> bool:
        return bool(getattr(self.view, "is_public", False))


def _walk(
    patterns: list[URLPattern | URLResolver], path: str = "/"
) -> Iterator[Address]:
    for pattern in patterns:
        if not isinstance(pattern.pattern, RoutePattern):
            # the catch-all of the administration, a regular expression
            continue
        here = path + _filled(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here)
        else:
            yield Address(here, pattern.callback)


def _filled(pattern: RoutePattern) -> str:
    route = str(pattern)
    for name, converter in pattern.converters.items():
        value = VALUES[type(converter).__name__]
        kind, _, _ = route.partition(f":{name}>")
        kind = kind.rpartition("<")[2]
        route = route.replace(f"<{kind}:{name}>", converter.to_url(value))
    if "<" in route:
        raise NoReverseMatch(route)
    return route


ADDRESSES = sorted(_walk(get_resolver().url_patterns), key=lambda a: a.path)
PRIVATE = [a for a in ADDRESSES if not a.is_public]


def by_path(address: Address) -> str:
    return address.path


def test_the_walk_sees_the_site() -> None:
    paths = {address.path for address in ADDRESSES}
    assert {"/", "/connexion/", f"/courrier/{ADDRESS}/"} <= paths
    assert len(PRIVATE) > 20


def test_few_pages_are_open_to_everybody() -> None:
    """A new one is added here on purpose."""
    assert {address.path for address in ADDRESSES if address.is_public} == {
        "/accessibilite/",
        "/apparence/",
        "/composants/",
        "/connexion/",
        "/langue/",
        "/manifest.webmanifest",
        "/mentions-legales/",
        "/mot-de-passe/",
        "/sante/",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("address", PRIVATE, ids=by_path)
def test_a_stranger_is_sent_to_sign_in(address: Address) -> None:
    gives_back = getattr(resolve(address.path).func, "gives_back", False)
    for method in METHODS:
        response = Visitor().generic(method, address.path)
        if gives_back and method == "POST":
            # what was written comes back with a way to sign in
            assert response.status_code == 401
            continue
        assert response.status_code == 302, method
        assert response["Location"].startswith("/connexion/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", [a for a in ADDRESSES if a.path != SHARE], ids=by_path
)
def test_every_change_needs_the_token_of_a_form(address: Address) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        browser = Visitor(enforce_csrf_checks=True)
        assert browser.generic(method, address.path).status_code == 403, method


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES, ids=by_path)
def test_every_answer_carries_the_headers(address: Address) -> None:
    for door in ("nominative", "functional"):
        response = Visitor(door).get(address.path)
        for name, value in HEADERS.items():
            assert response[name] == value
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_link_changes_nothing(
    person: Person,
    make_functional_mailbox: MakeMailbox,
    mailbox_of: Callable[[str], Box],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It leads to a page, or says that a form or a word is needed."""
    box = make_functional_mailbox(owner=person)
    monkeypatch.setitem(VALUES, "AddressConverter", box.address)
    mailbox_of(box.login).deliver(b"Subject: x\r\n\r\nx\r\n")
    owner = Visitor("functional")
    owner.sign_in(person)
    _fill(Mailbox.objects.get(address=box.address), User.objects.get(uid=person.uid))
    assert all(model._default_manager.exists() for model in TABLES)
    before = _state(mailbox_of(box.login))
    for address in _walk(get_resolver().url_patterns):
        if not address.path.startswith("/" + settings.ADMIN_PATH):
            response = owner.get(address.path)
            assert response.status_code in {200, 204, 302, 400, 404, 405}, address.path
            # read to its end: closing it would close our transaction's connection
            response.getvalue()
    assert _state(mailbox_of(box.login)) == before
    assert owner.is_signed_in


def _fill(mailbox: Mailbox, author: User) -> None:
    """Something in each table, under the numbers and names that the addresses say."""
    key, soon = str(VALUES["UUIDConverter"]), timezone.now() + timedelta(days=1)
    later = {"id": key, "mailbox": mailbox, "author": author, "due_at": soon}
    outgoing = Outgoing.objects.create(**later, message_id="<x>", token="x")
    Recipient.objects.create(outgoing=outgoing, address="a@parents.test")
    Label.objects.create(mailbox=mailbox, keyword="x", name="x")
    TrustedSender.objects.create(user=author, address="a@parents.test")
    Mute.objects.create(mailbox=mailbox, root="<x>", author=author)
    Snooze.objects.create(**later, state=Snooze.State.WAITING, message_id="<x>")
    FollowUp.objects.create(**later, message_id="<x>", sent_on=soon)
    # the page of one that goes on carries it on: this one has ended
    done = {"state": Act.State.DONE, "verb": "mark", "folder": "INBOX"}
    Act.objects.create(id=key, mailbox=mailbox, author=author, **done)
    Announcement.objects.create(text="x")


def _state(box: Box) -> tuple[object, ...]:
    """What the mailbox and our tables hold; having read a message is no change."""
    rows = tuple(
        list(model._default_manager.order_by("pk").values()) for model in TABLES
    )
    # who opens a folder first takes \\Recent
    flags = box.flags(1) - {"\\Seen", "\\Recent"}
    return rows, box.folders(), len(box.messages()), flags
