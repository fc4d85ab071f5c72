"""What a sign-in makes of somebody, and the mailboxes that it opens to them."""

from __future__ import annotations

from accounts import directory, people
from accounts.models import Kind, Membership, User
from stack.people import Person


def refresh(person: Person) -> User:
    found = directory.find(person.uid)
    assert found is not None
    return people.refresh(found)


def roles(person: Person) -> dict[str, str]:
    """{login: role} of the functional mailboxes that are open to this person."""
    rows = Membership.objects.filter(
        user__uid=person.uid, mailbox__kind=Kind.FUNCTIONAL
    )
    return dict(rows.values_list("mailbox__login", "role"))
