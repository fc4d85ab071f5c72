from __future__ import annotations

import pytest

from accounts.models import Mailbox, Membership, Role, User
from stack.people import Person
from tests.accounts.conftest import Visitor


def test_a_stranger_is_sent_to_sign_in(visitor: Visitor) -> None:
    assert visitor.get("/")["Location"] == "/connexion/?next=%2F"


@pytest.mark.parametrize(
    ("door", "path"),
    [("nominative", "/courrier/{address}/"), ("functional", "/boites/")],
)
def test_each_door_has_its_first_page(
    visitor: Visitor, person: Person, door: str, path: str
) -> None:
    there = Visitor(door)
    there.sign_in(person)
    assert there.get("/")["Location"] == path.format(address=person.address)


def test_ones_own_mailbox_comes_before_a_colleagues(
    signed_in: Visitor, person: Person
) -> None:
    colleague = Mailbox.objects.create(
        login="aaa", address="aaa@ac-poitiers.test", kind="nominative", name="AAA"
    )
    user = User.objects.get(uid=person.uid)
    Membership.objects.create(user=user, mailbox=colleague, role=Role.READER)
    assert signed_in.get("/")["Location"] == f"/courrier/{person.address}/"
