"""New people and functional mailboxes for one test: nothing is shared."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from stack import Stack, cast, directory
from stack.people import FunctionalMailbox, Person

MakePerson = Callable[..., Person]
MakeMailbox = Callable[..., FunctionalMailbox]


@pytest.fixture
def make_person(stack: Stack) -> MakePerson:
    """Add somebody to the directory: `make_person(state="inactive", title="DIR")`."""

    def make(**changes: Any) -> Person:
        mark = secrets.token_hex(4)
        person = Person(
            uid=f"t{mark}",
            given="Élodie",
            surname=f"Essai{mark}",
            title="ENS",
            school=cast.COLLEGE,
            numen=f"86E26{mark.upper()}"[:13],
            password=f"Secret-{mark}",
        )
        person = replace(person, **changes)
        directory.add(stack.layout, [directory.person_entry(person)])
        return person

    return make


@pytest.fixture
def person(make_person: MakePerson) -> Person:
    """Somebody new, with an empty mailbox."""
    return make_person()


@pytest.fixture
def make_functional_mailbox(stack: Stack, make_person: MakePerson) -> MakeMailbox:
    """Add a mailbox: `make_functional_mailbox(owner=a, members=(b,), readers=(c,))`."""

    def make(**changes: Any) -> FunctionalMailbox:
        mark = secrets.token_hex(4)
        owner = changes.pop("owner", None) or make_person()
        mailbox = FunctionalMailbox(
            local=f"ce.{mark.upper()}", name="Essai", school=cast.COLLEGE, owner=owner
        )
        mailbox = replace(mailbox, **changes)
        directory.add(stack.layout, directory.mailbox_entries(mailbox))
        return mailbox

    return make


@pytest.fixture
def functional_mailbox(make_functional_mailbox: MakeMailbox) -> FunctionalMailbox:
    """A mailbox of a new owner, without other members."""
    return make_functional_mailbox()
