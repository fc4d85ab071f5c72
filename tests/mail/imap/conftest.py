"""A new mailbox behind the recording proxy, and stores on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytest_django.fixtures import Settings

from mail.imap.pool import Pool
from mail.imap.store import ImapStore
from stack.people import Person
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy

OpenStore = Callable[..., ImapStore]


@pytest.fixture
def pool(proxy: Proxy, settings: Settings) -> Iterator[Pool]:
    settings.IMAP_PORT = proxy.port
    pool = Pool(8)
    yield pool
    pool.close()
    assert pool.open == 0, "a connection was not given back"


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    """The same mailbox behind the site's back, past the proxy."""
    return mailbox_of(person)


@pytest.fixture
def open_store(pool: Pool, person: Person) -> Iterator[OpenStore]:
    """`open_store(writable=False)`: closed at the end of the test."""
    opened: list[ImapStore] = []

    def open_one(*, writable: bool = True, patience: float = 20.0) -> ImapStore:
        opened.append(
            ImapStore(
                pool, person.uid, person.address, writable=writable, patience=patience
            )
        )
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: OpenStore) -> ImapStore:
    return open_store()


def letter(subject: str = "Bonjour", body: str = "Texte.", more: str = "") -> bytes:
    """A small message; `more` are further header lines with their ends."""
    return (
        f"From: Chantal Petit <cpetit@ac-poitiers.test>\r\n"
        f"To: lucie.durand@ac-poitiers.test\r\nSubject: {subject}\r\n"
        f"Date: Tue, 24 Nov 2026 08:00:00 +0100\r\nMessage-ID: <{subject}@parents.test>"
        f"\r\n{more}\r\n{body}\r\n"
    ).encode()
