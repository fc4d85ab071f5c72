"""Whom people write to, and who is offered first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Kind, Mailbox, User
from mail import remembering
from mail.messages import Address
from mail.models import Correspondent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def box(login: str) -> Mailbox:
    return Mailbox.objects.create(
        address=f"{login}@ac-poitiers.test", login=login, kind=Kind.FUNCTIONAL, name=""
    )


@pytest.fixture
def office() -> Mailbox:
    return box("ce")


@pytest.fixture
def anne() -> User:
    return User.objects.create(uid="anne")


@pytest.fixture
def paul() -> User:
    return User.objects.create(uid="paul")


def wrote(mailbox: Mailbox, author: User, *people: str, days: int = 0) -> None:
    """`days` ago."""
    each = [Address("", p) if "@" in p else Address(p, _of(p)) for p in people]
    remembering.met(mailbox, author, each, NOW - timedelta(days=days))


def _of(name: str) -> str:
    return f"{name.split()[0].lower()}@mairie.test"


def offered(mailbox: Mailbox, user: User, *words: str) -> list[str]:
    return [row.address for row in remembering.known(mailbox, user, words)]


def test_who_is_written_to_more_and_later_comes_first(
    office: Mailbox, anne: User
) -> None:
    wrote(office, anne, "once@x.test")
    for _ in range(3):
        wrote(office, anne, "often@x.test", days=1)
        wrote(office, anne, "formerly@x.test", days=400)
    assert offered(office, anne) == ["often@x.test", "once@x.test", "formerly@x.test"]


def test_each_of_a_hundred_counts_a_hundredth(office: Mailbox, anne: User) -> None:
    wrote(office, anne, "alone@x.test", days=30)
    wrote(office, anne, *(f"p{n}@x.test" for n in range(100)))
    assert offered(office, anne)[0] == "alone@x.test"


def test_a_word_that_begins_so_comes_before_one_that_holds_it(
    office: Mailbox, anne: User
) -> None:
    wrote(office, anne, "Martine")
    wrote(office, anne, "Tine", days=50)
    assert offered(office, anne, "tine") == ["tine@mairie.test", "martine@mairie.test"]


@pytest.mark.parametrize("typed", ["helene mor", "mor hel", "mairie", "helene@"])
def test_any_order_of_names_and_parts_of_the_address(
    office: Mailbox, anne: User, typed: str
) -> None:
    remembering.met(office, anne, [Address("Hélène Moreau", "helene@mairie.test")])
    assert offered(office, anne, *typed.split()) == ["helene@mairie.test"]


def test_members_share_what_their_mailbox_wrote_and_nothing_else(
    office: Mailbox, anne: User, paul: User
) -> None:
    wrote(office, anne, "shared@x.test")
    wrote(box("anne"), anne, "private@x.test")
    assert offered(office, paul) == ["shared@x.test"]
    assert offered(office, anne) == ["shared@x.test", "private@x.test"]


def test_what_is_forgotten_stays_so_for_one_person_until_they_write_again(
    office: Mailbox, anne: User, paul: User
) -> None:
    wrote(office, anne, "x@x.test")
    wrote(box("other"), anne, "x@x.test")
    for person in (anne, paul):
        remembering.forget(person, office, "X@x.test")
        assert offered(office, person) == []
    wrote(office, anne, "x@x.test")
    assert offered(office, anne) == ["x@x.test"]
    assert offered(office, paul) == []


def test_oneself_is_no_correspondent(office: Mailbox, anne: User) -> None:
    wrote(office, anne, office.address.upper())
    assert offered(office, anne) == []


def test_wildcards_and_overrides_are_letters(office: Mailbox, anne: User) -> None:
    remembering.met(office, anne, [Address("\u202eMarie\r\n", "m@x.test")])
    assert Correspondent.objects.get().name == "Marie"
    assert offered(office, anne, "%") == offered(office, anne, "m_rie") == []


def test_the_least_used_go(
    office: Mailbox, anne: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days in range(4):
        wrote(office, anne, f"p{days}@x.test", days=days)
    monkeypatch.setattr(remembering, "KEPT_MAX", 3)
    assert remembering.trim() == 1
    assert offered(office, anne) == ["p0@x.test", "p1@x.test", "p2@x.test"]
