"""The one way to open a Store over IMAP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mail.imap.connection import TASK_PATIENCE
from mail.imap.pool import pool
from mail.imap.store import ImapStore


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
