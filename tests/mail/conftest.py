"""A mailbox as the site knows it, its author, and messages to send from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Mailbox, Membership, User
from mail import delivering, sending
from mail.composing import Draft
from mail.imap.opening import open_store
from mail.imap.pool import pool
from mail.messages import Address
from mail.models import Outgoing
from stack.people import Person
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy

SCHEDULED = "Programm&AOk-s"


@dataclass
class Office:
    """Somebody who writes: `box` looks behind the site's back."""

    user: User
    mailbox: Mailbox
    box: Box

    def write(self, *to: str, token: str = "", **fields: Any) -> Outgoing:
        """Into the outbox: `fields` of the draft, `origin`, `due_at` and `now`."""
        names = ("origin", "due_at", "now")
        options = {n: fields.pop(n) for n in names if n in fields}
        people = tuple(Address("", address) for address in to)
        draft = Draft(**{"to": people, "subject": "Objet", "text": "Texte", **fields})
        with open_store(self.mailbox.login, self.mailbox.address, writable=True) as st:
            return sending.queue(
                st,
                self.user,
                self.mailbox,
                draft,
                token=token or f"{Outgoing.objects.count():032x}",
                **options,
            )

    def cancel(self, row: Outgoing) -> tuple[str, int]:
        with open_store(self.mailbox.login, self.mailbox.address, writable=True) as st:
            return sending.cancel(st, row)


def later(**by: int) -> datetime:
    return timezone.now() + timedelta(**(by or {"seconds": 15}))


def tick(row: Outgoing | None = None, **by: int) -> Outgoing:
    """One call of the worker, at some later time; the row (the only one) after it."""
    delivering.deliver_due(later(**by))
    found = row or Outgoing.objects.get()
    found.refresh_from_db()
    return found


def answers(row: Outgoing) -> dict[str, bool | None]:
    """Who has it, has it not, or waits."""
    return dict(row.recipients.values_list("address", "accepted"))


@pytest.fixture
def office(
    transactional_db: None, person: Person, mailbox_of: Callable[[Person], Box]
) -> Office:
    """A new person with a nominative mailbox."""
    user = User.objects.create(uid=person.uid, name=person.name, mail=person.address)
    mailbox = Mailbox.objects.create(
        address=person.address, login=person.uid, kind="nominative", name=person.name
    )
    Membership.objects.create(user=user, mailbox=mailbox, role="owner")
    return Office(user, mailbox, mailbox_of(person))


@pytest.fixture
def spoiled(proxy: Proxy, settings: Settings) -> Iterator[Proxy]:
    """Between the site and IMAP, to cut and to answer otherwise."""
    pool.close()
    settings.IMAP_PORT = proxy.port
    yield proxy
    pool.close()
