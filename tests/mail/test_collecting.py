"""The files of folders, newest first, in bounded steps."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import collecting
from mail.collecting import Wanted
from mail.messages import Address, Attached, Envelope, Part
from tests.doubles.memory_store import MemoryStore

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
NO_ONE = Envelope(1, "", Address("", ""), (), None, BEGIN, 0, "", True)

TEXT = Part("1", "text/plain")


def part(name: str, kind: str = "application/pdf") -> Part:
    return Part("2", kind, name=name, disposition="attachment")


class Shelves(MemoryStore):
    """Folders whose messages hold one file each: {folder: [(hour, name)]}."""

    def __init__(self, folders: dict[str, list[tuple[int, str]]]) -> None:
        super().__init__()
        self.folders_of = folders
        self.questions = 0

    def attached(self, folder: str, below: int, most: int) -> Attached:
        self.questions += 1
        held = list(enumerate(self.folders_of[folder], 1))
        left = [(u, m) for u, m in reversed(held) if not below or u < below]
        made = tuple(
            (
                replace(NO_ONE, uid=uid, received=BEGIN + timedelta(hours=hour)),
                Part(
                    "", "multipart/mixed", children=(Part("1", "text/plain"), part(n))
                ),
            )
            for uid, (hour, n) in left[:most]
        )
        return Attached(1, made, made[-1][0].uid if len(left) > most else 0)


def pages(store: Shelves, wanted: Wanted, size: int) -> Iterator[collecting.Page]:
    found = collecting.page(store, list(store.folders_of), wanted, None, size)
    yield found
    while not found.is_last:
        found = collecting.page(
            store, list(store.folders_of), wanted, found.below, size
        )
        yield found


def test_files_of_many_folders_come_newest_first() -> None:
    store = Shelves({"A": [(1, "a"), (4, "b")], "B": [(2, "c"), (3, "d"), (5, "e")]})
    found = collecting.page(store, ["A", "B"], Wanted())
    assert [one.part.name for one in found.files] == ["e", "b", "d", "c", "a"]
    assert found.is_last


@pytest.mark.parametrize(
    ("words", "fits"),
    [("", True), ("ecole", True), ("ÉCOLE 2026", True), ("pdf", True), ("xls", False)],
)
def test_words_are_looked_for_without_accents(words: str, fits: bool) -> None:
    assert Wanted(words).fits(part("Règlement de l’école 2026.pdf")) == fits


def test_types_are_groups() -> None:
    assert Wanted(group="pdf").fits(part("a.pdf"))
    assert not Wanted(group="images").fits(part("a.pdf"))
    assert Wanted(group="images").fits(part("a.jpg", "application/octet-stream"))


def test_one_page_looks_at_so_many_and_says_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collecting, "LOOKED_AT_MAX", 150)
    store = Shelves({"A": [(n, "x") for n in range(400)]})
    first = collecting.page(store, ["A"], Wanted("rare"))
    assert first.looked_at == 150
    assert first.below == {"A": 251}
    assert [page.looked_at for page in pages(store, Wanted("rare"), 50)] == [
        150,
        150,
        100,
    ]


@given(
    st.dictionaries(
        st.sampled_from("ABCD"),
        st.lists(st.integers(0, 60), max_size=12),
        min_size=1,
    ),
    st.integers(1, 7),
)
def test_every_file_is_on_just_one_page(hours: dict[str, list[int]], size: int) -> None:
    names = (f"f{n}" for n in itertools.count())
    folders = {f: [(h, next(names)) for h in sorted(hs)] for f, hs in hours.items()}
    store = Shelves(folders)
    found = [one for page in pages(store, Wanted(), size) for one in page.files]
    held = [name for files in folders.values() for _hour, name in files]
    assert sorted(one.part.name for one in found) == sorted(held)
    times = [one.envelope.received for one in found]
    assert times == sorted(times, reverse=True)


def test_no_folder_is_left_out_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collecting, "FOLDERS_MAX", 3)
    store = Shelves({f"F{n}": [(h, f"{n}.{h}") for h in range(3)] for n in range(10)})
    read = list(pages(store, Wanted(), 4))
    found = [one.part.name for page in read for one in page.files]
    assert sorted(found) == sorted(f"{n}.{h}" for n in range(10) for h in range(3))
    assert max(len(page.below) for page in read) <= 4
