from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import pytest
from django.urls import resolve, reverse

from accounts import directory, people
from accounts.entries import Person as Entry
from accounts.models import AuditEvent, Kind, Mailbox, Membership, Role
from stack import Stack
from stack import directory as entries
from stack.people import Person
from tests.accounts.memberships import refresh, roles
from tests.stack.people import MakeMailbox, MakePerson

pytestmark = pytest.mark.django_db


def test_a_person_owns_their_mailbox(person: Person) -> None:
    user = refresh(person)
    row = user.memberships.get()
    assert (row.mailbox.address, row.mailbox.login) == (person.address, person.uid)
    assert (row.role, row.mirrored, row.mailbox.kind) == ("owner", False, "nominative")
    assert row.mailbox.aliases == list(person.aliases)
    assert refresh(person) == user


def test_roles_are_mirrored_and_follow_the_group(
    stack: Stack, make_person: MakePerson, make_functional_mailbox: MakeMailbox
) -> None:
    owner, person = make_person(), make_person()
    box = make_functional_mailbox(owner=owner, readers=(person,))
    refresh(person)
    assert roles(person) == {box.login: Role.READER}
    entries.change(stack.layout, box.group_dn, member=[owner.dn, person.dn])
    refresh(person)
    assert roles(person) == {box.login: Role.MEMBER}
    entries.change(stack.layout, box.group_dn, owner=[owner.dn, person.dn])
    refresh(person)
    assert roles(person) == {box.login: Role.OWNER}
    nobody = {"owner": owner.dn, "member": owner.dn, "mailboxReader": None}
    entries.change(stack.layout, box.group_dn, **nobody)
    refresh(person)
    assert roles(person) == {}


def test_what_was_given_here_wins(
    person: Person, make_functional_mailbox: MakeMailbox
) -> None:
    box = make_functional_mailbox(members=(person,))
    refresh(person)
    Membership.objects.filter(mailbox__login=box.login).update(
        role=Role.READER, mirrored=False
    )
    refresh(person)
    assert roles(person) == {box.login: Role.READER}


def test_a_head_of_school_owns_its_mailbox(
    make_person: MakePerson, stack: Stack
) -> None:
    head = make_person(administrative="DIR", heads=True)
    refresh(head)
    assert roles(head) == {"ce.0869001s": Role.OWNER}


def test_a_group_with_the_name_of_a_person_opens_nothing(
    stack: Stack, make_person: MakePerson, make_functional_mailbox: MakeMailbox
) -> None:
    victim, person = make_person(), make_person()
    refresh(victim)
    box = make_functional_mailbox(owner=person)
    group = f"cn={victim.uid},{box.group_dn.partition(',')[2]}"
    attributes = {
        "objectClass": [b"groupOfNames"],
        "cn": [victim.uid.encode()],
        "member": [person.dn.encode()],
    }
    entries.add(stack.layout, [(group, attributes)])
    refresh(person)
    assert roles(person) == {box.login: Role.OWNER}
    assert not Membership.objects.filter(
        user__uid=person.uid, mailbox__login=victim.uid
    ).exists()


def test_an_address_passes_to_whom_the_directory_says(person: Person) -> None:
    old = Mailbox.objects.create(
        login="parti", address=person.address, kind=Kind.NOMINATIVE, name="X"
    )
    refresh(person)
    assert Mailbox.objects.get(address=person.address).login == person.uid
    old.refresh_from_db()
    assert not old.is_active
    event = AuditEvent.objects.get(act="mailbox.claim")
    assert (event.mailbox, event.target) == (person.address, f"mailbox:{old.pk}")


@pytest.mark.parametrize("same", ["address", "login"])
def test_a_functional_mailbox_is_never_taken_by_a_person(
    person: Person, same: str
) -> None:
    given = {"login": "ce.x", "address": "ce.x@ac-poitiers.test"}
    given[same] = {"address": person.address.upper(), "login": person.uid}[same]
    box = Mailbox.objects.create(kind=Kind.FUNCTIONAL, name="Collège", **given)
    user = refresh(person)
    kept = Mailbox.objects.get(pk=box.pk)
    assert (kept.address, kept.login) == (given["address"], given["login"])
    assert (kept.kind, kept.is_active) == (Kind.FUNCTIONAL, True)
    assert not user.memberships.exists()
    event = AuditEvent.objects.get(person=person.uid)
    assert (event.mailbox, event.outcome) == (kept.address, "refused")


@pytest.mark.parametrize(
    ("local", "opens"), [("r&d", True), ("a#b%c", True), ("a/b", False), ("é", False)]
)
def test_an_address_that_pages_cannot_name_makes_no_mailbox(
    person: Person, local: str, opens: bool
) -> None:
    entry = directory.find(person.uid)
    assert entry is not None
    found = replace(entry, mail=f"{local}@ac-poitiers.test")
    user = people.refresh(found, {})
    assert user.memberships.exists() is opens
    for row in user.memberships.all():
        path = reverse("mail:inbox", args=[row.mailbox.address])
        assert resolve(unquote(path)).kwargs["address"] == found.mail


def test_a_person_without_address_has_no_mailbox(person: Person) -> None:
    found = Entry("x", person.dn, "nominative", "X", "")
    assert people.refresh(found, {}).memberships.count() == 0
