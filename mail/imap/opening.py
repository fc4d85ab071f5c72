"""The one way to open a Store over IMAP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from mail.imap.connection import TASK_PATIENCE
from mail.imap.pool import pool
from mail.imap.store import ImapStore
from mail.store import Store


class Account(Protocol):
    """A mailbox as the site knows it."""

    login: str
    address: str


Opener = Callable[[Account], AbstractContextManager[Store]]


@contextmanager
def open_store(
    login: str, address: str, *, writable: bool, patience: float = TASK_PATIENCE
) -> Iterator[ImapStore]:
    """The mailbox `login` as a Store. Rights are the gate's business
    (mail/access.py): nothing but the gate and tasks behind it call this."""
    store = ImapStore(pool, login, address, writable=writable, patience=patience)
    try:
        yield store
    finally:
        store.close()


def open_box(
    mailbox: Account, *, patience: float = TASK_PATIENCE
) -> AbstractContextManager[ImapStore]:
    """For tasks: the service acts on it, whoever's rights were checked before."""
    return open_store(mailbox.login, mailbox.address, writable=True, patience=patience)
