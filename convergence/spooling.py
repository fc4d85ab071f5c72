"""Files of a form on their way to a view: on our disk, when they are large."""

from __future__ import annotations

import errno
from contextlib import suppress
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

FULL = (errno.ENOSPC, errno.EDQUOT)


class Spool(TemporaryFileUploadHandler):
    """A file that finds no room is left out and the rest of the form read all the same:
    the text beside it is not lost. No view sees such a form (`is_cut`)."""

    def new_file(self, *args: Any, **options: Any) -> None:
        try:
            super().new_file(*args, **options)
        except OSError as error:
            raise self._skipped(error) from error

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            raise self._skipped(error) from error

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        try:
            return super().file_complete(file_size)
        except OSError as error:
            # what was still in memory found none
            if not isinstance(self._skipped(error), SkipFile):
                raise
            return None

    def _skipped(self, error: OSError) -> Exception:
        with suppress(OSError):
            self.upload_interrupted()
        if error.errno not in FULL:
            return error
        names = (*skipped(self.request), self.file_name or "")
        self.request.skipped = names  # type: ignore[union-attr]
        return SkipFile()


def skipped(request: HttpRequest | None) -> tuple[str, ...]:
    """The names of its files that found no room, once it was read."""
    found: tuple[str, ...] = getattr(request, "skipped", ())
    return found


def is_cut(request: HttpRequest) -> bool:
    """Whether a file of it found no room: a form with files is read for that."""
    if request.method != "POST" or request.content_type != "multipart/form-data":
        return False
    return bool(request.POST) and bool(skipped(request))
