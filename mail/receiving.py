"""Receiving a file in pieces: what has come stays, whatever stops it, and the next
piece begins where the last one ended (tus, `PATCH`)."""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from convergence.errors import Conflict, ConvergenceError, NotFound, TooLarge
from mail import room
from mail.tus import Checksum, ChecksumRefused
from mail.uploads import Shelf, Upload


class Elsewhere(Conflict):
    """The piece does not begin where the file ends."""


class Busy(Conflict):
    status = 423
    message = _("Ce fichier est déjà en cours d’envoi.")


class Gone(ConvergenceError):
    status = 410
    message = _("Ce fichier n’a pas été terminé à temps. Joignez-le à nouveau.")


def receive(
    shelf: Shelf,
    upload: Upload,
    offset: int,
    pieces: Iterable[bytes],
    checksum: Checksum | None = None,
) -> int:
    """Append the pieces; the new offset. The last one makes the file one of the form
    (Shelf.finish, which raises). Raises Elsewhere, Busy, TooLarge beyond the size that
    was announced, ServerFull, ChecksumRefused."""
    with _alone(shelf.data(upload.id)) as out:
        _append(out, upload, offset, pieces, checksum)
    now = shelf.find(upload.id)
    if now.is_whole:
        shelf.finish(upload.id)
    return now.offset


def _append(
    out: room.Sink,
    upload: Upload,
    offset: int,
    pieces: Iterable[bytes],
    checksum: Checksum | None,
) -> None:
    if out.size != offset:
        raise Elsewhere
    for piece in checksum.over(pieces) if checksum else pieces:
        if out.size + len(piece) > upload.size:
            out.cut(offset)
            raise TooLarge
        out.write(piece)
    if checksum and not checksum.is_right:
        out.cut(offset)
        raise ChecksumRefused


@contextmanager
def _alone(path: Path) -> Iterator[room.Sink]:
    """The file for one writer at a time: two would mix their pieces."""
    try:
        with room.writing(path) as out:
            try:
                fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy from error
            yield out
    except FileNotFoundError as error:
        raise NotFound from error
