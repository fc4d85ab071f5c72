"""The one way to a mailbox: who may open it, and what they may do there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from accounts import audit
from accounts.access import Grant, grant, mailboxes
from accounts.models import User
from mail.imap.connection import PAGE_PATIENCE
from mail.imap.opening import open_store
from mail.store import Store


@contextmanager
def open_mailbox(
    user: User, address: str, *, write: str | None = None
) -> Iterator[Store]:
    """The mailbox `address` of `user` as a Store, for the time of one act.

    `write` names the act (`message.move`) when it changes something; it goes to the
    audit. Raises NotFound (not yours), ReadOnly (your role only reads).
    """
    with open_granted(user, address, write=write) as (_right, store):
        yield store


@contextmanager
def open_granted(
    user: User, address: str, *, write: str | None = None, recorded: bool = True
) -> Iterator[tuple[Grant, Store]]:
    """The same with the right itself, for screens that show the role. Not `recorded`:
    a form that leads to the act needs its right, but nothing is done yet."""
    right = grant(user, address, write=write)
    box = right.mailbox
    with open_store(
        box.login, box.address, writable=right.can_write, patience=PAGE_PATIENCE
    ) as store:
        yield right, store
    if write and recorded:
        audit.record(user.uid, write, mailbox=box.address)


@contextmanager
def open_all(
    user: User, most: int
) -> Iterator[tuple[list[tuple[Grant, Store]], list[Grant]]]:
    """The mailboxes that `user` may open, to be read: their own first, the others by
    name, at most so many; and those beyond them, which stay closed. One that cannot be
    reached is told only when something is asked of it; it may take half the patience of
    a page, because the others are to be read all the same."""
    rights = sorted(mailboxes(user), key=lambda right: right.mailbox.is_functional)
    with ExitStack() as opened:
        stores: list[tuple[Grant, Store]] = [
            (
                right,
                opened.enter_context(
                    open_store(
                        right.mailbox.login,
                        right.mailbox.address,
                        writable=right.can_write,
                        patience=PAGE_PATIENCE / 2,
                    )
                ),
            )
            for right in rights[:most]
        ]
        yield stores, rights[most:]
