"""Drafts go when their next version is stored, and no others."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Mailbox
from mail import drafting, whereabouts
from mail.composing import Draft
from mail.drafting import Saved, Saving
from mail.messages import DRAFT, SEEN, Address
from tests.doubles.memory_store import MemoryStore

NAMED = b"Message-ID: <a@x.test>\r\nSubject: a\r\n\r\na\r\n"
UNNAMED = b"Subject: sans nom\r\n\r\nb\r\n"
ME = Address("", "a@b.test")


@pytest.fixture
def store() -> MemoryStore:
    """Another mailbox each time: what became of attempts is remembered for a while."""
    return MemoryStore(f"{uuid.uuid4().hex}@b.test")


def texts(store: MemoryStore) -> list[str]:
    return sorted(row.envelope.subject for row in store.page("Drafts", 1).rows)


def saved(store: MemoryStore, subject: str, **of: Any) -> Saved:
    return drafting.save(store, ME, Draft(subject=subject), Saving(**of))


def test_a_new_version_takes_the_place_of_the_old(store: MemoryStore) -> None:
    first = saved(store, "un")
    store.append("Drafts", NAMED)
    second = saved(store, "deux", version=first.version)
    assert texts(store) == ["a", "deux"]
    assert not second.is_apart
    assert store.message("Drafts", second.uid).flags == {DRAFT, SEEN}


def test_of_two_tabs_each_keeps_its_text_and_the_later_is_told(
    store: MemoryStore,
) -> None:
    opened = saved(store, "un").version
    here = saved(store, "deux", version=opened)
    there = saved(store, "trois", version=opened)
    assert (here.is_apart, there.is_apart) == (False, True)
    assert texts(store) == ["deux", "trois"]
    assert not saved(store, "quatre", version=there.version).is_apart
    assert texts(store) == ["deux", "quatre"]


def test_an_edit_by_another_program_is_not_overwritten(store: MemoryStore) -> None:
    """Thunderbird keeps the Message-ID of a draft that it stores again."""
    first = saved(store, "un")
    with store.source("Drafts", first.uid) as (_size, pieces):
        edited = b"".join(pieces).replace(b"Subject: un", b"Subject: ailleurs")
    store.replace("Drafts", edited, (DRAFT,), [first.uid])
    assert saved(store, "deux", version=first.version).is_apart
    assert texts(store) == ["ailleurs", "deux"]


ONE, TWO = "1" * 32, "2" * 32


@pytest.mark.parametrize(
    ("given", "left"),
    [
        # the answer was lost, and the same text comes again
        ({"id": ONE, "attempts": (ONE,)}, ["deux"]),
        # or another: the first attempt is the version before it
        ({"id": TWO, "attempts": (ONE, TWO)}, ["trois"]),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_an_attempt_without_an_answer_is_not_stored_twice(
    store: MemoryStore, given: dict[str, Any], left: list[str], *, is_first: bool
) -> None:
    version = "" if is_first else saved(store, "un").version
    saved(store, "deux", version=version, id=ONE)
    subject = "deux" if given["id"] == ONE else "trois"
    again = saved(store, subject, version=version, **given)
    assert texts(store) == left
    assert not again.is_apart
    last = saved(store, "fin", version=again.version)
    assert texts(store) == ["fin"]
    assert not last.is_apart


def test_a_crash_between_the_two_steps_leaves_both_until_the_next(
    store: MemoryStore,
) -> None:
    first = saved(store, "un")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "expunge", lambda *_: None)
        saved(store, "deux", version=first.version, id=ONE)
    assert texts(store) == ["deux", "un"]
    saved(store, "deux", version=first.version, id=ONE, attempts=(ONE,))
    assert texts(store) == ["deux"]


def test_a_draft_without_a_message_id_goes_too(store: MemoryStore) -> None:
    store.append("Drafts", UNNAMED)
    uid = store.append("Drafts", UNNAMED.replace(b"sans nom", b"autre"))
    name = drafting.name_of(store.message("Drafts", uid))
    drafting.discard(store, Saving(name))
    assert texts(store) == ["sans nom"]


def test_what_was_sent_leaves_no_attempt_behind(store: MemoryStore) -> None:
    first = saved(store, "un", id=ONE)
    saved(store, "deux", id=TWO)
    drafting.discard(store, Saving(first.version, attempts=(ONE, TWO)))
    drafting.discard(store, Saving(first.version, attempts=(ONE, TWO)))
    assert texts(store) == []


def test_an_attempt_that_two_pages_stored_at_once_goes_twice(
    store: MemoryStore,
) -> None:
    first = saved(store, "Un", id=ONE)
    # neither saw the other's
    store.append("Drafts", store.boxes["Drafts"].kept[first.uid].data, (DRAFT, SEEN))
    drafting.discard(store, Saving(first.version, id=ONE))
    assert texts(store) == []


def test_an_attempt_that_comes_twice_at_once_is_stored_once(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slower one has looked for nothing before the other has stored it."""
    together, replace = threading.Barrier(2), store.replace

    def slowly(*args: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            together.wait(0.3)
        return replace(*args)

    monkeypatch.setattr(store, "replace", slowly)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _n: saved(store, "Un", id=ONE, attempts=(ONE,)), "12"))
    assert texts(store) == ["Un"]


def test_an_attempt_that_comes_late_is_not_stored_any_more(store: MemoryStore) -> None:
    first = saved(store, "Un", id=ONE, attempts=(ONE,))
    second = saved(store, "Deux", id=TWO, attempts=(TWO,), version=first.version)
    late = saved(store, "Un", id=ONE, attempts=(ONE,))
    assert (late.is_known, late.is_apart) == (True, False)
    assert texts(store) == ["Deux"]
    drafting.discard(store, Saving(second.version, id=TWO))
    saved(store, "Deux", id=TWO, attempts=(TWO,), version=first.version)
    assert texts(store) == []


@pytest.mark.parametrize("name", ["", "x.test", "2.7", "2.0", "2.9999999999", "9.1"])
def test_what_names_no_draft_removes_none(store: MemoryStore, name: str) -> None:
    store.append("Drafts", UNNAMED)
    drafting.discard(store, Saving(name))
    assert texts(store) == ["sans nom"]


def test_nobody_can_guess_what_a_draft_of_another_program_will_be_called(
    store: MemoryStore, settings: Settings
) -> None:
    """The name leaves once: who takes it first would hold up its author."""
    store.append("Drafts", NAMED)
    [uid] = store.find("Drafts", "<a@x.test>")
    message, mailbox = store.message("Drafts", uid), Mailbox(address=store.address)
    known = drafting.root(mailbox, message, None)
    assert drafting.root(mailbox, message, None) == known
    settings.SECRET_KEY = "another"
    assert drafting.root(mailbox, message, None) != known


def test_reading_an_older_version_hides_none_stored_meanwhile() -> None:
    """A page that comes back asks while the page that went still stores."""
    address = f"{uuid.uuid4().hex}@b.test"
    whereabouts.opened(address, "1" * 32, 3)
    whereabouts.stored(address, "1" * 32, 4, (3,))
    whereabouts.opened(address, "1" * 32, 3)
    found = whereabouts.of(address, 3)
    assert found is not None
    assert found.uid == 4
