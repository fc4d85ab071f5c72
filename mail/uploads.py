"""Files of a message being written, kept until it is queued, so that an error in the
form loses none of them. Private to the person and the form, bounded for each person and
in all, swept.

A file is `<id>.data` and what is known of it: `<id>.upload` while it is on its way,
`<id>.json` once it is whole (one rename: there is nothing in between).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from convergence.errors import InputRefused, NotFound
from mail import antivirus, disguises, room
from mail.composing import File
from mail.mime import file_name

KEPT_SECONDS = 24 * 3600
TOKEN = re.compile(r"[0-9a-f]{32}")
_ID = re.compile(r"[0-9]{20}-[0-9a-f]{32}")
_TYPE = re.compile(r"[A-Za-z0-9.+_-]{1,60}/[A-Za-z0-9.+_-]{1,60}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way, of which `offset` octets are there; `until`: when it goes."""

    id: str
    name: str
    type: str
    size: int
    offset: int
    until: float

    @property
    def is_whole(self) -> bool:
        return self.offset == self.size


class Shelf:
    """The files of one form of one person."""

    def __init__(self, person: int, token: str) -> None:
        if not TOKEN.fullmatch(token):
            raise InputRefused
        self.folder = Path(settings.UPLOAD_ROOT) / str(person) / token

    def files(self) -> list[dict[str, object]]:
        """[{id, name, type, size}] of those that are whole, in the order they came."""
        return list(_described(self.folder, "json"))

    def file(self, file_id: str) -> dict[str, object]:
        """One of them. Raises NotFound."""
        found = next((f for f in self.files() if f["id"] == file_id), None)
        if found is None:
            raise NotFound
        return found

    def add(self, uploaded: Iterable[UploadedFile[Any]]) -> None:
        """Raises TooLarge, ServerFull, Infected, Disguised, ScannerUnavailable."""
        for file in uploaded:
            kind = file.content_type or ""
            self.keep(file.name or "", kind, file.size or 0, file.chunks())

    def keep(self, name: str, kind: str, size: int, pieces: Iterable[bytes]) -> None:
        file_id = self.begin(name, kind, size)
        try:
            with room.writing(self.data(file_id)) as out:
                for piece in pieces:
                    out.write(piece)
            self.finish(file_id)
        except BaseException:
            self.remove([file_id])
            raise

    def begin(self, name: str, kind: str, size: int) -> str:
        """The id of a file that is to come. Raises TooLarge before anything of it is
        written."""
        known = [*self.files(), *_described(self.folder, "upload")]
        room.check_size([*(int(str(f["size"])) for f in known), size])
        room.check_person(self.folder.parent, size)
        with room.full():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            file_id = f"{time.time_ns():020d}-{uuid.uuid4().hex}"
            about = {
                "id": file_id,
                "name": file_name(name) or "fichier",
                "type": kind if _TYPE.fullmatch(kind) else "application/octet-stream",
                "size": size,
            }
            self.data(file_id).touch(mode=0o600)
            _write(self._about(file_id), about)
        return file_id

    def find(self, file_id: str) -> Upload:
        """A file that is whole, or on its way. Raises NotFound."""
        with suppress(FileNotFoundError, ValueError):
            about = json.loads(self._known(file_id).read_text(encoding="utf-8"))
            offset = self.data(file_id).stat().st_size
            until = int(file_id[:20]) / 1e9 + KEPT_SECONDS
            return Upload(**about, offset=offset, until=until)
        raise NotFound

    def finish(self, file_id: str) -> None:
        """All of it is there: once it is looked at, it is one of the files. Raises
        Infected and Disguised (it is gone then), and ScannerUnavailable (it may be
        asked again)."""
        path, data = self._about(file_id), self.data(file_id)
        if not path.exists():
            return
        about = json.loads(path.read_text(encoding="utf-8"))
        try:
            kind = disguises.true_type(data, about["name"], about["type"])
            antivirus.check(data, about["name"])
        except InputRefused:
            self.remove([file_id])
            raise
        if kind != about["type"]:
            _write(path, about | {"type": kind})
        path.rename(path.with_suffix(".json"))

    def remove(self, ids: Iterable[str]) -> None:
        for file_id in ids:
            if _ID.fullmatch(file_id):
                for path in self.folder.glob(f"{file_id}.*"):
                    path.unlink(missing_ok=True)

    def contents(self) -> tuple[File, ...]:
        return tuple(
            File(
                str(about["name"]),
                str(about["type"]),
                self.data(str(about["id"])).read_bytes(),
            )
            for about in self.files()
        )

    def touch(self) -> None:
        """Somebody is still writing: what is kept stays kept."""
        with suppress(FileNotFoundError):
            os.utime(self.folder)

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def data(self, file_id: str) -> Path:
        if not _ID.fullmatch(file_id):
            raise NotFound
        return self.folder / f"{file_id}.data"

    def _about(self, file_id: str) -> Path:
        return self.data(file_id).with_suffix(".upload")

    def _known(self, file_id: str) -> Path:
        about = self._about(file_id)
        return about if about.exists() else about.with_suffix(".json")


def _write(path: Path, about: dict[str, object]) -> None:
    """All of it or nothing. Raises ServerFull."""
    draft = path.with_suffix(".new")
    try:
        with room.full():
            draft.write_text(json.dumps(about), "utf-8")
            draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


def _described(folder: Path, ending: str) -> Iterator[dict[str, object]]:
    for about in sorted(folder.glob(f"*.{ending}")):
        # it may become whole, or go, while we look
        with suppress(FileNotFoundError):
            yield json.loads(about.read_text(encoding="utf-8"))


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
