"""Files of a message being written: private, bounded, swept."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from convergence.errors import InputRefused, TooLarge
from mail import tasks, uploads
from mail.uploads import KEPT_SECONDS, Shelf

TOKEN = "a" * 32


@pytest.fixture(autouse=True)
def _root(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOAD_ROOT = str(tmp_path)


def file(name: str = "note.pdf", data: bytes = b"x") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/pdf")


def test_files_come_back_in_their_order() -> None:
    shelf = Shelf(1, TOKEN)
    shelf.add([file("b.pdf", b"1"), file("a.pdf", b"22")])
    assert [(f.name, f.data) for f in shelf.contents()] == [
        ("b.pdf", b"1"),
        ("a.pdf", b"22"),
    ]
    assert [f["size"] for f in shelf.files()] == [1, 2]


def test_another_person_or_form_has_none_of_them() -> None:
    Shelf(1, TOKEN).add([file()])
    assert Shelf(2, TOKEN).files() == Shelf(1, "b" * 32).files() == []


@pytest.mark.parametrize("token", ["", "../" + "a" * 29, "A" * 32, "a" * 31, "a" * 33])
def test_a_token_is_never_a_path(token: str) -> None:
    with pytest.raises(InputRefused):
        Shelf(1, token)


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd"), ("a\r\nb.pdf", "ab.pdf"), ("con", "_con")],
)
def test_names_are_cleaned(name: str, kept: str) -> None:
    shelf = Shelf(1, TOKEN)
    shelf.add([file(name)])
    assert shelf.files()[0]["name"] == kept


def test_a_strange_type_is_forgotten() -> None:
    shelf = Shelf(1, TOKEN)
    shelf.add([SimpleUploadedFile("x", b"x", "text/html\r\nX: y")])
    assert shelf.files()[0]["type"] == "application/octet-stream"


def test_what_no_message_can_hold_is_refused(settings: Settings) -> None:
    settings.MESSAGE_MAX_BYTES = 4 * 1024 * 1024
    shelf = Shelf(1, TOKEN)
    shelf.add([file(data=b"x" * 2 * 1024 * 1024)])
    with pytest.raises(TooLarge, match="3 Mo"):
        shelf.add([file(data=b"x" * 2 * 1024 * 1024)])
    assert len(shelf.files()) == 1


def test_a_file_is_removed_by_its_id_only() -> None:
    shelf = Shelf(1, TOKEN)
    shelf.add([file()])
    shelf.remove(["*", "../x", ""])
    assert len(shelf.files()) == 1
    shelf.remove([str(shelf.files()[0]["id"])])
    assert shelf.files() == []


def test_old_files_are_swept() -> None:
    old, new = Shelf(1, TOKEN), Shelf(1, "b" * 32)
    for shelf in (old, new):
        shelf.add([file()])
    past = time.time() - KEPT_SECONDS - 60
    os.utime(old.folder, (past, past))
    assert tasks.sweep_uploads() == 1
    assert (old.files(), len(new.files())) == ([], 1)
    assert uploads.sweep() == 0


def test_the_sweep_is_scheduled(settings: Settings) -> None:
    scheduled = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
    assert {tasks.sweep_uploads.name, tasks.deliver_due.name} <= set(scheduled)
