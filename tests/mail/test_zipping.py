"""Zips made while they are sent."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import zipping


def archive(*files: tuple[str, list[bytes]]) -> zipfile.ZipFile:
    pieces = zipping.zipped((name, iter(content)) for name, content in files)
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def test_it_holds_every_file_under_its_name() -> None:
    made = archive(("élève.txt", [b"un", b"deux"]), ("photo.jpg", [b"\xff\xd8"]))
    assert made.testzip() is None
    assert made.namelist() == ["élève.txt", "photo.jpg"]
    assert made.read("élève.txt") == b"undeux"
    assert made.getinfo("élève.txt").flag_bits & 0x800
    kinds = [info.compress_type for info in made.infolist()]
    assert kinds == [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED]


def test_names_are_safe_and_no_two_are_one() -> None:
    names = zipping.unique(
        ["a.txt", "A.TXT", "../../a.txt", "C:\\a.txt", "", "con", "a (2).txt"]
    )
    assert len({name.casefold() for name in names}) == len(names)
    assert not any(set("/\\:") & set(name) for name in names)
    assert names[0] == "a.txt"


@given(st.lists(st.text(max_size=30), max_size=20))
def test_any_names_make_a_whole_zip(names: list[str]) -> None:
    unique = zipping.unique(names)
    made = archive(*((name, [b"x"]) for name in unique))
    assert made.namelist() == unique


def test_one_piece_at_a_time_is_in_memory() -> None:
    def content() -> Iterator[bytes]:
        for _index in range(64):
            yield b"\0" * 256 * 1024

    tracemalloc.start()
    count = sum(map(len, zipping.zipped([("a.jpg", content()), ("b.txt", content())])))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count > 16 * 1024 * 1024
    assert peak < 4 * 1024 * 1024


def test_one_that_is_cut_is_found_broken() -> None:
    def content() -> Iterator[bytes]:
        yield b"debut"
        raise ConnectionResetError

    sent = bytearray()
    with pytest.raises(ConnectionResetError):  # noqa: PT012
        for piece in zipping.zipped([("a.txt", content())]):
            sent += piece
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(bytes(sent)))
