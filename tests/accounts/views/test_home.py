from __future__ import annotations

import pytest

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
