"""Identities: the addresses that somebody may write as, and the mailbox of each.

Only those that the directory gives to a mailbox: the submission server asks the same
directory and refuses all others. What is written as another mailbox leaves from there,
so that its copy is where that mailbox's people look for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Grant
from accounts.models import Mailbox
from convergence.errors import AccessRefused
from mail import recipients
from mail.access import open_granted
from mail.messages import Address, Message
from mail.store import Store

OFFERED_MAX = 100


class Identity(NamedTuple):
    """An address to write as; `mailbox` is the address of the mailbox that it is of."""

    address: str
    name: str
    mailbox: str

    @property
    def shown(self) -> str:
        return f"{self.name} <{self.address}>"


def of(mailbox: Mailbox) -> tuple[Identity, ...]:
    """Those of a mailbox, its own address first; an alias that could not stand in an
    envelope is none."""
    known = {address.lower(): address for address in reversed(mailbox.aliases)}
    known.pop(mailbox.address.lower(), None)
    usable = (a for a in reversed(known.values()) if recipients.normal(a) == a)
    return tuple(
        Identity(address, mailbox.name, mailbox.address)
        for address in (mailbox.address, *usable)
    )[:OFFERED_MAX]


def offered(right: Grant) -> tuple[Identity, ...]:
    """Those of the mailbox at hand first; in a personal one also those of functional
    mailboxes that the person writes for. Nobody writes as a person from elsewhere."""
    own = of(right.mailbox)
    if right.mailbox.is_functional:
        return own
    others = (
        identity
        for each in access.mailboxes(right.user)
        if each.mailbox.is_functional and each.can_write
        for identity in of(each.mailbox)
    )
    return (*own, *others)[:OFFERED_MAX]


def right_to(right: Grant, address: str) -> Grant:
    """The right on the mailbox of an identity that is offered; "" is the mailbox at
    hand. Raises AccessRefused for any other address."""
    if not address or is_of(right.mailbox, address):
        return right
    for identity in offered(right):
        if identity.address.lower() == address.lower():
            return access.grant(right.user, identity.mailbox, write="message.send")
    raise refused(address)


def is_of(mailbox: Mailbox, address: str) -> bool:
    return any(i.address.lower() == address.lower() for i in of(mailbox))


def sender(mailbox: Mailbox, address: str = "") -> Address:
    """As whom a message of this mailbox leaves. Raises AccessRefused when the address
    is not, or no longer, one of its own."""
    wanted = (address or mailbox.address).lower()
    for identity in of(mailbox):
        if identity.address.lower() == wanted:
            return Address(identity.name, identity.address)
    raise refused(address)


def refused(address: str) -> AccessRefused:
    text = _("Cette boîte ne peut pas écrire avec l’adresse %(address)s.")
    return AccessRefused(text % {"address": address[:254]})


def answering(mailbox: Mailbox, message: Message) -> str:
    """The address to answer a message as: the one that it was sent to, or that had
    sent it."""
    header = message.header
    return _first(mailbox, (header.sender, *header.to, *header.cc))


def _first(mailbox: Mailbox, addresses: Iterable[Address]) -> str:
    named = {each.email.lower() for each in addresses}
    own = (i.address for i in of(mailbox) if i.address.lower() in named)
    return next(own, mailbox.address)


@contextmanager
def desk(here: Grant, store: Store, there: Grant, write: str) -> Iterator[Store]:
    """The mailbox that a message leaves from: the open one, or that of its identity."""
    if there.mailbox.pk == here.mailbox.pk:
        yield store
        return
    address = there.mailbox.address
    with open_granted(here.user, address, write=write) as (_right, other):
        yield other
