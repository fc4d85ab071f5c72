"""Colleagues as the directory knows them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from pytest_django.fixtures import Settings

from accounts import colleagues, directory
from accounts.entries import same_name
from convergence.errors import DirectoryUnavailable
from stack import Stack
from stack.people import Person


@pytest.fixture(autouse=True)
def asked_anew(stack: Stack) -> None:
    cache.clear()


def test_a_colleague_has_function_and_school(person: Person) -> None:
    found = colleagues.of_address(person.address)
    assert found is not None
    assert (found.name, found.mail) == (person.name, person.address)
    assert found.function == person.title
    assert found.school


def test_strangers_are_nobody(stack: Stack) -> None:
    assert colleagues.of_address("x@parents.test") is None
    assert colleagues.of_address("*") is None


def test_a_stranger_with_the_name_of_a_colleague(person: Person) -> None:
    given, surname = person.name.split(" ", 1)
    for name in (person.name, person.name.upper(), f"{surname} {given}"):
        found = colleagues.namesake(name, "x@attacker.test")
        assert found is not None, name
        assert found.mail == person.address


def test_a_colleague_is_not_their_own_namesake(person: Person) -> None:
    assert colleagues.namesake(person.name, person.aliases[0]) is None


@pytest.mark.parametrize(
    "name", ["", "Parents", "* *", "a" * 200, "(x)(y) )(z", "a\0b c"]
)
def test_what_is_no_full_name_is_not_looked_for(stack: Stack, name: str) -> None:
    assert directory.named(name) == ()


def test_names_are_compared_as_people_read_them() -> None:
    assert same_name("Hélène Moreau-Petit", "MOREAU PETIT Helene")
    assert not same_name("Hélène Moreau", "Hélène Moreaux")


def test_an_answer_is_kept(
    make_person: Callable[..., Person], settings: Settings
) -> None:
    person = make_person()
    assert colleagues.of_address(person.address) is not None
    settings.LDAP_URI = "ldap://127.0.0.1:1"
    assert colleagues.of_address(person.address) is not None
    with pytest.raises(DirectoryUnavailable):
        colleagues.of_address("other@ac-poitiers.test")
