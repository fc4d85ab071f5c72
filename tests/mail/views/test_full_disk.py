"""A file that is sent with a form, without script, to a disk that is full."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import NoReturn

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from pytest_django.fixtures import Settings

from mail.models import Outgoing
from tests.mail.views.conftest import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def spool(settings: Settings, tmp_path: Path) -> Path:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return tmp_path


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("step", ["__init__", "write", "seek"])
def test_the_text_beside_the_file_is_not_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, spool: Path, step: str, number: int
) -> None:
    def full(*_args: object, **_options: object) -> NoReturn:
        raise OSError(number, "No space left on device")

    monkeypatch.setattr(TemporaryUploadedFile, step, full, raising=False)
    file = SimpleUploadedFile("plan.pdf", b"%PDF" + b"x" * 3_000_000)
    answer = desk.write(to="c@mairie.test", files=file, text="Un texte précieux")
    monkeypatch.undo()
    page = answer.content.decode()
    assert answer.status_code == 507
    assert "plus de place" in page
    assert "Un texte précieux" in page
    # its button leads to the composer: nothing leaves without the file
    assert "Ce fichier n’est pas conservé\u00a0: plan.pdf." in page
    assert 'name="attach" value="1"' in page
    assert "Réessayer" not in page
    assert not Outgoing.objects.exists()
    assert list(spool.iterdir()) == []


def test_another_fault_of_the_disk_is_a_fault(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> NoReturn:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(TemporaryUploadedFile, "write", broken, raising=False)
    file = SimpleUploadedFile("plan.pdf", b"x" * 3_000_000)
    assert desk.write(to="c@mairie.test", files=file, text="x").status_code == 500
