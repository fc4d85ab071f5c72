"""A person with a mailbox, their visit, and letters to put into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

import pytest
from django.http import HttpResponse

from stack import Stack
from stack.people import FunctionalMailbox, Person
from tests.accounts.conftest import Visitor
from tests.stack.boxes import Box


@dataclass
class Desk:
    """Somebody at their mailbox: `visitor` asks pages, `box` looks behind them."""

    visitor: Visitor
    box: Box
    address: str

    def path(self, folder: str = "INBOX", rest: str = "") -> str:
        return f"/courrier/{self.address}/{folder}/{rest}"

    def get(self, folder: str = "INBOX", rest: str = "", **query: str) -> HttpResponse:
        return self.visitor.get(self.path(folder, rest), query)  # type: ignore[return-value]

    def post(self, rest: str, folder: str = "INBOX", **fields: Any) -> HttpResponse:
        return self.visitor.post(self.path(folder, rest), fields)  # type: ignore[return-value]

    def update(self, rest: str, folder: str = "INBOX", **fields: Any) -> HttpResponse:
        """The same as htmx asks it."""
        return self.visitor.post(  # type: ignore[return-value]
            self.path(folder, rest), fields, headers={"HX-Request": "true"}
        )

    def write(self, **fields: Any) -> HttpResponse:
        fields.setdefault("token", "0" * 32)
        fields.setdefault("subject", "Objet")
        return self.visitor.post(f"/ecrire/{self.address}/", fields)  # type: ignore[return-value]


def letter(
    subject: str = "Conseil de classe",
    text: str = "Bonjour.",
    sender: str = "Parents <parents@parents.test>",
    to: str = "",
    html: str = "",
    **headers: str,
) -> bytes:
    made: Message = MIMEText(text, "plain", "utf-8")
    if html:
        alternatives = MIMEMultipart("alternative")
        alternatives.attach(made)
        alternatives.attach(MIMEText(html, "html", "utf-8"))
        made = alternatives
    made["Subject"], made["From"], made["To"] = subject, sender, to
    made["Date"] = "Mon, 23 Nov 2026 08:05:00 +0100"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    return made.as_bytes().replace(b"\n", b"\r\n")


@pytest.fixture
def visitor(db: None, stack: Stack) -> Visitor:
    return Visitor()


@pytest.fixture
def desk(visitor: Visitor, person: Person, mailbox_of: Callable[[Person], Box]) -> Desk:
    """A new person, signed in at the nominative door."""
    assert visitor.sign_in(person).status_code == 302
    return Desk(visitor, mailbox_of(person), person.address)


@pytest.fixture
def reading_desk(
    db: None,
    make_person: Callable[..., Person],
    make_functional_mailbox: Callable[..., FunctionalMailbox],
    mailbox_of: Callable[[FunctionalMailbox], Box],
) -> Desk:
    """Somebody who may only read a functional mailbox."""
    who = make_person()
    mailbox = make_functional_mailbox(readers=(who,))
    visitor = Visitor("functional")
    assert visitor.sign_in(who).status_code == 302
    return Desk(visitor, mailbox_of(mailbox), mailbox.address)


@pytest.fixture
def school(
    person: Person, make_functional_mailbox: Callable[..., FunctionalMailbox]
) -> FunctionalMailbox:
    return make_functional_mailbox(name="Collège Jean-Rostand-fictif", owner=person)


@pytest.fixture
def boxes(
    person: Person, school: FunctionalMailbox, mailbox_of: Callable[..., Box]
) -> tuple[Box, Box]:
    own, shared = mailbox_of(person), mailbox_of(school)
    own.deliver(letter("Le mien"))
    shared.deliver(letter("Celui du collège"))
    return own, shared


@pytest.fixture
def reader(visitor: Visitor, person: Person, boxes: tuple[Box, Box]) -> Visitor:
    """Somebody with two mailboxes, who has signed in."""
    assert visitor.sign_in(person).status_code == 302
    return visitor
