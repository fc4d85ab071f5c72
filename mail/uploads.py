"""Files of a message being written, kept until it is queued, so that an error in the
form loses none of them. Private to the person and the form."""

from __future__ import annotations

import json
import re
import shutil
import time
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from convergence.errors import InputRefused, TooLarge
from mail.composing import File
from mail.mime import file_name

KEPT_SECONDS = 24 * 3600
FILES_MAX = 100
_TOKEN = re.compile(r"[0-9a-f]{32}")
_TYPE = re.compile(r"[A-Za-z0-9.+_-]{1,60}/[A-Za-z0-9.+_-]{1,60}")


class Shelf:
    """The files of one form of one person."""

    def __init__(self, person: int, token: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise InputRefused
        self.folder = Path(settings.UPLOAD_ROOT) / str(person) / token

    def files(self) -> list[dict[str, object]]:
        """[{id, name, type, size}] in the order they came."""
        return [
            json.loads(about.read_text(encoding="utf-8"))
            for about in sorted(self.folder.glob("*.json"))
        ]

    def add(self, uploaded: Iterable[UploadedFile[Any]]) -> None:
        """Raises TooLarge beyond the size of a message."""
        for file in uploaded:
            known = [int(str(f["size"])) for f in self.files()]
            check_size([*known, file.size or 0])
            self._keep(file)

    def remove(self, ids: Iterable[str]) -> None:
        for file_id in ids:
            if re.fullmatch(r"[0-9]{20}-[0-9a-f]{32}", file_id):
                for path in self.folder.glob(f"{file_id}.*"):
                    path.unlink()

    def contents(self) -> tuple[File, ...]:
        return tuple(
            File(
                str(about["name"]),
                str(about["type"]),
                (self.folder / f"{about['id']}.data").read_bytes(),
            )
            for about in self.files()
        )

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _keep(self, file: UploadedFile[Any]) -> None:
        kind = file.content_type or "application/octet-stream"
        self._write(file.name or "", kind, file.read())

    def _write(self, name: str, kind: str, data: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file_id = f"{time.time_ns():020d}-{uuid.uuid4().hex}"
        if not _TYPE.fullmatch(kind):
            kind = "application/octet-stream"
        about = {
            "id": file_id,
            "name": file_name(name) or "fichier",
            "type": kind,
            "size": len(data),
        }
        (self.folder / f"{file_id}.data").write_bytes(data)
        (self.folder / f"{file_id}.json").write_text(json.dumps(about), "utf-8")


def check_size(sizes: Sequence[int]) -> None:
    """Raises TooLarge when files of these sizes fit into no message."""
    # base64 adds a third
    if sum(sizes) * 4 / 3 > settings.MESSAGE_MAX_BYTES:
        limit = settings.MESSAGE_MAX_BYTES * 3 // 4 // (1024 * 1024)
        text = _("Les pièces jointes dépassent %(limit)s Mo.")
        raise TooLarge(text % {"limit": limit})
    if len(sizes) > FILES_MAX:
        text = _("%(limit)s pièces jointes au plus.")
        raise TooLarge(text % {"limit": FILES_MAX})


def sweep(now: float | None = None) -> int:
    """Remove what was left more than a day ago; how many forms."""
    limit = (now or time.time()) - KEPT_SECONDS
    count = 0
    for folder in Path(settings.UPLOAD_ROOT).glob("*/*"):
        # a form may be sent, and its files with it, while we look
        with suppress(FileNotFoundError):
            if folder.stat().st_mtime < limit:
                shutil.rmtree(folder, ignore_errors=True)
                count += 1
    return count
