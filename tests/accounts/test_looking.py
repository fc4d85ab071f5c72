"""Who may be meant by what is typed, as the directory knows them."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.core.cache import cache
from pytest_django.fixtures import Settings

from accounts import filters, looking
from convergence.errors import DirectoryUnavailable
from stack import Stack, cast
from stack.people import Person


@pytest.fixture(autouse=True)
def asked_anew(stack: Stack) -> None:
    cache.clear()


def mails(*words: str, uai: str = "") -> list[str]:
    return [entry.mail for entry in looking.found(words, uai)]


@pytest.mark.parametrize(
    "words", [("Hélène", "mor"), ("moreau", "helene"), ("HELENE",), ("elene.more",)]
)
def test_a_colleague_is_found_by_any_part_of_name_or_address(
    make_person: Callable[..., Person], words: tuple[str, ...]
) -> None:
    person = make_person(given="Hélène", surname="Moreau-Vidal")
    assert person.address in mails(*words)


def test_those_of_the_own_school_come_first(make_person: Callable[..., Person]) -> None:
    far = make_person(surname="Zoupinard", school=cast.LYCEE)
    near = make_person(surname="Zoupinard", school=cast.COLLEGE)
    wanted = [p.address for p in (near, far)]
    assert mails("zoupin", uai=cast.COLLEGE.uai) == wanted
    assert mails("zoupin", uai=cast.LYCEE.uai) == wanted[::-1]


def test_people_of_one_name_are_told_apart(make_person: Callable[..., Person]) -> None:
    person = make_person(surname="Quetsche", title="ENS", school=cast.COLLEGE)
    [entry] = looking.found([person.surname], "")
    assert entry.about.startswith("Enseignement · ")


def test_functional_mailboxes_and_lists_are_found(stack: Stack) -> None:
    found = {e.mail.lower(): e.kind for e in looking.found(["0869001s"], "")}
    assert found["ce.0869001s@ac-poitiers.test"] == "functional"
    assert found["equipe.0869001s@ac-poitiers.test"] == "list"


@pytest.mark.parametrize(
    "words", [("college", "rostand"), ("équipe", "collège"), ("EQUIPE", "college")]
)
def test_names_without_their_accents_find_mailboxes_and_lists(
    stack: Stack, words: tuple[str, ...]
) -> None:
    found = {e.kind for e in looking.found(words, "")}
    assert found == ({"list"} if len(words[0]) < 7 else {"functional"})


def test_a_list_tells_its_members(stack: Stack) -> None:
    address = cast.LISTS[0].address
    told = looking.members(address)
    assert told is not None
    assert {p.mail for p in told.people} <= {p.address for p in cast.LISTS[0].members}
    assert len(told.people) + told.untold == len(cast.LISTS[0].members)
    assert looking.members("nobody@ac-poitiers.test") is None


@pytest.mark.parametrize("word", ["*", ")(uid=*", "\\", "a\0b", "é" * 200, ""])
def test_hostile_words_find_nobody(stack: Stack, word: str) -> None:
    assert looking.found([word], "") == ()
    assert looking.members(word) is None


def test_what_has_a_meaning_in_a_filter_is_escaped() -> None:
    assert filters.escaped("a*(b)\\\0") == "a\\2a\\28b\\29\\5c\\00"


def test_answers_are_kept_and_a_dead_directory_is_left_alone(
    make_person: Callable[..., Person], settings: Settings
) -> None:
    person = make_person(surname="Kirschwasser")
    assert mails("kirschw") == [person.address]
    settings.LDAP_URI = "ldap://127.0.0.1:1"
    assert mails("kirschw") == [person.address]
    for word in ("first", "second"):
        with pytest.raises(DirectoryUnavailable):
            looking.found([word], "")
    began = time.monotonic()
    with pytest.raises(DirectoryUnavailable):
        looking.found(["third"], "")
    assert time.monotonic() - began < 0.2
