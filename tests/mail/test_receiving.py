"""A file that comes in pieces."""

from __future__ import annotations

import base64
import errno
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from convergence.errors import NotFound, ServerFull, TooLarge
from mail import receiving, room
from mail.disguises import Disguised
from mail.tus import ChecksumRefused, checksum
from mail.uploads import Shelf


@pytest.fixture
def shelf(settings: Settings, tmp_path: Path) -> Shelf:
    settings.UPLOAD_ROOT = str(tmp_path)
    return Shelf(1, "a" * 32)


def announced(shelf: Shelf, size: int, name: str = "note.txt") -> str:
    return shelf.begin(name, "text/plain", size)


def sent(shelf: Shelf, file_id: str, offset: int, *pieces: bytes) -> int:
    return receiving.receive(shelf, shelf.find(file_id), offset, pieces)


def test_it_is_a_file_once_all_of_it_is_there(shelf: Shelf) -> None:
    file_id = announced(shelf, 6)
    assert sent(shelf, file_id, 0, b"ab", b"c") == 3
    assert shelf.files() == []
    assert sent(shelf, file_id, 3, b"def") == 6
    assert [(f.name, f.data) for f in shelf.contents()] == [("note.txt", b"abcdef")]


def test_a_piece_begins_where_the_last_one_ended(shelf: Shelf) -> None:
    file_id = announced(shelf, 6)
    sent(shelf, file_id, 0, b"abc")
    for offset in (0, 2, 4):
        with pytest.raises(receiving.Elsewhere):
            sent(shelf, file_id, offset, b"x")
    assert shelf.find(file_id).offset == 3


def test_more_than_was_announced_is_not_kept(shelf: Shelf) -> None:
    file_id = announced(shelf, 3)
    with pytest.raises(TooLarge):
        sent(shelf, file_id, 0, b"ab", b"cd")
    assert shelf.find(file_id).offset == 0


def test_two_writers_do_not_mix(shelf: Shelf) -> None:
    file_id = announced(shelf, 4)

    def pieces() -> Iterator[bytes]:
        yield b"a"
        with pytest.raises(receiving.Busy):
            sent(shelf, file_id, 1, b"x")
        yield b"b"

    assert receiving.receive(shelf, shelf.find(file_id), 0, pieces()) == 2


def test_a_damaged_piece_is_forgotten(shelf: Shelf) -> None:
    file_id = announced(shelf, 4)
    sent(shelf, file_id, 0, b"ab")
    wrong = checksum(f"sha1 {base64.b64encode(b'x' * 20).decode()}")
    with pytest.raises(ChecksumRefused):
        receiving.receive(shelf, shelf.find(file_id), 2, [b"cd"], wrong)
    assert shelf.find(file_id).offset == 2


def test_a_full_disk_keeps_what_it_holds(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id, write = announced(shelf, 8), os.write

    def short(number: int, data: bytes) -> int:
        if os.fstat(number).st_size >= 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(number, data[:3])

    monkeypatch.setattr(os, "write", short)
    with pytest.raises(ServerFull, match="plus de place"):
        sent(shelf, file_id, 0, b"abcdefgh")
    monkeypatch.undo()
    assert sent(shelf, file_id, 3, b"defgh") == 8
    assert shelf.contents()[0].data == b"abcdefgh"


def test_what_no_message_holds_is_refused_before_it_is_written(shelf: Shelf) -> None:
    with pytest.raises(TooLarge, match=r"18 Mo.*espace de partage"):
        announced(shelf, 2 * 1024**3)
    assert not shelf.folder.exists()
    announced(shelf, room.files_max_bytes())
    with pytest.raises(TooLarge):
        announced(shelf, 1)


def test_a_person_and_all_people_have_bounds(shelf: Shelf, settings: Settings) -> None:
    settings.UPLOADS_PERSON_MAX_BYTES = 1_000
    sent(shelf, announced(shelf, 600), 0, b"x" * 600)
    other = Shelf(1, "b" * 32)
    with pytest.raises(TooLarge, match="autre message"):
        announced(other, 600)
    settings.UPLOADS_TOTAL_MAX_BYTES = 1_000
    with pytest.raises(ServerFull):
        announced(Shelf(2, "c" * 32), 600)
    announced(Shelf(2, "c" * 32), 50)


def test_a_person_has_not_files_without_end(settings: Settings, shelf: Shelf) -> None:
    for number in range(room.FORMS_MAX + 1):
        announced(Shelf(1, f"{number:032x}"), 0)
    with pytest.raises(TooLarge):
        announced(shelf, 0)


def test_what_is_given_up_leaves_nothing(shelf: Shelf) -> None:
    file_id = announced(shelf, 6)
    sent(shelf, file_id, 0, b"abc")
    shelf.remove([file_id])
    assert list(shelf.folder.iterdir()) == []
    with pytest.raises(NotFound):
        shelf.find(file_id)


def test_a_crash_before_it_was_told_loses_nothing(shelf: Shelf) -> None:
    file_id = announced(shelf, 3)
    shelf.data(file_id).write_bytes(b"abc")
    assert shelf.find(file_id).is_whole
    shelf.finish(file_id)
    shelf.finish(file_id)
    assert len(shelf.files()) == 1


@pytest.mark.parametrize("file_id", ["", "../../etc/passwd", "0" * 20, "1" * 53])
def test_an_id_is_never_a_path(shelf: Shelf, file_id: str) -> None:
    with pytest.raises(NotFound):
        shelf.find(file_id)


def test_a_program_under_the_name_of_a_document_is_refused(shelf: Shelf) -> None:
    file_id = announced(shelf, 4, "bulletin.pdf")
    with pytest.raises(Disguised, match=r"bulletin\.pdf.*programme"):
        sent(shelf, file_id, 0, b"MZ\x90\0")
    assert shelf.files() == []


def test_a_type_that_the_content_denies_is_not_passed_on(shelf: Shelf) -> None:
    file_id = shelf.begin("photo.png", "image/png", 5)
    sent(shelf, file_id, 0, b"<svg>")
    assert shelf.files()[0]["type"] == "application/octet-stream"


def test_a_full_disk_leaves_no_half_a_description(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = shelf.begin("photo.png", "image/png", 5)
    shelf.data(file_id).write_bytes(b"<svg>")

    def full(path: Path, *_given: object) -> None:
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    for act in (lambda: announced(shelf, 1), lambda: shelf.finish(file_id)):
        with pytest.raises(ServerFull):
            act()
    monkeypatch.undo()
    assert shelf.find(file_id).name == "photo.png"
    shelf.finish(file_id)
    announced(shelf, 1)
    assert len(shelf.files()) == 1


def test_ten_megabytes_pass_in_little_memory(shelf: Shelf) -> None:
    size, piece = 10 * 1024 * 1024, 64 * 1024
    file_id = announced(shelf, size, "film.bin")
    upload = shelf.find(file_id)
    tracemalloc.start()
    try:
        receiving.receive(
            shelf, upload, 0, (bytes(piece) for _ in range(size // piece))
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1024 * 1024
    assert shelf.files()[0]["size"] == size
