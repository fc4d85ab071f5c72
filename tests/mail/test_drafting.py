"""Drafts go when their next version is stored, and no others."""

from __future__ import annotations

import pytest

from mail import drafting
from mail.composing import Draft
from mail.messages import Address
from tests.doubles.memory_store import MemoryStore

NAMED = b"Message-ID: <a@x.test>\r\nSubject: a\r\n\r\na\r\n"
UNNAMED = b"Subject: sans nom\r\n\r\nb\r\n"
ME = Address("", "a@b.test")


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def subjects(store: MemoryStore) -> set[str]:
    return {row.envelope.subject for row in store.page("Drafts", 1).rows}


def test_a_new_version_takes_the_place_of_the_old(store: MemoryStore) -> None:
    first = drafting.save(store, ME, Draft(subject="un"))
    store.append("Drafts", NAMED)
    drafting.save(store, ME, Draft(subject="deux"), replaces=first)
    assert subjects(store) == {"deux", "a"}


def test_a_draft_without_a_message_id_goes_too(store: MemoryStore) -> None:
    store.append("Drafts", UNNAMED)
    uid = store.append("Drafts", UNNAMED.replace(b"sans nom", b"autre"))
    name = drafting.name_of(store.message("Drafts", uid))
    drafting.discard(store, name)
    assert subjects(store) == {"sans nom"}


@pytest.mark.parametrize("name", ["", "x.test", "2.7", "2.0", "2.9999999999", "9.1"])
def test_what_names_no_draft_removes_none(store: MemoryStore, name: str) -> None:
    store.append("Drafts", UNNAMED)
    drafting.discard(store, name)
    assert subjects(store) == {"sans nom"}


def test_a_place_that_another_message_has_now_is_left(store: MemoryStore) -> None:
    uid = store.append("Drafts", NAMED)
    uidvalidity = store.message("Drafts", uid).uidvalidity
    drafting.discard(store, f"{uidvalidity}.{uid}")
    assert subjects(store) == {"a"}
