"""How much may be attached: by the size of a message, by what a person may leave on the
server, and by what its disk holds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from convergence.errors import ServerFull, TooLarge
from convergence.spooling import FULL

FILES_MAX = 100
# of one person: empty files need room as well
FORMS_MAX = 50
_MEGABYTE = 1024 * 1024


def files_max_bytes() -> int:
    """What the files of one message may have in all: base64 adds a third."""
    return int(settings.MESSAGE_MAX_BYTES) * 3 // 4


def check_size(sizes: Sequence[int]) -> None:
    """Raises TooLarge when files of these sizes fit into no message."""
    if sum(sizes) > files_max_bytes():
        raise TooLarge(_too_large())
    if len(sizes) > FILES_MAX:
        text = _("%(limit)s pièces jointes au plus.")
        raise TooLarge(text % {"limit": FILES_MAX})


def _too_large() -> str:
    limit = {"limit": files_max_bytes() // _MEGABYTE}
    text = _("Les pièces jointes dépassent %(limit)s Mo.") % limit
    if settings.LARGE_FILES_URL:
        then = _(
            "Déposez les plus grosses sur %(address)s et collez leur lien dans le "
            "message."
        )
        return f"{text} {then % {'address': settings.LARGE_FILES_URL}}"
    then = _(
        "Déposez les plus grosses sur un espace de partage et collez leur lien dans le "
        "message."
    )
    return f"{text} {then}"


def check_person(folder: Path, more: int) -> None:
    """Raises TooLarge when what this person left in all their forms, with `more`, is
    too much; ServerFull when all people together fill what uploads may take."""
    full = _occupied(folder) + more > settings.UPLOADS_PERSON_MAX_BYTES
    if full or _count(folder) > FORMS_MAX:
        raise TooLarge(
            _(
                "Vos messages en cours gardent trop de fichiers. Envoyez ou abandonnez "
                "d’abord un autre message."
            )
        )
    if _occupied(folder.parent) + more > settings.UPLOADS_TOTAL_MAX_BYTES:
        raise ServerFull


def _count(folder: Path) -> int:
    return len(os.listdir(folder)) if folder.exists() else 0


def _occupied(folder: Path) -> int:
    """Octets of all files below. Two levels deep at most, and swept each night."""
    total = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    total += _occupied(Path(entry.path))
                else:
                    total += entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        # a form is sent, and its files gone, while we look
        return total
    return total


@contextmanager
def full() -> Iterator[None]:
    """A disk that is full raises ServerFull."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise ServerFull from error
        raise


class Sink:
    """A file that is written at its end, and holds all that was written when a write
    fails."""

    def __init__(self, number: int) -> None:
        self._number = number

    def fileno(self) -> int:
        return self._number

    @property
    def size(self) -> int:
        return os.fstat(self._number).st_size

    def write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(self._number, left) :]

    def cut(self, size: int) -> None:
        os.ftruncate(self._number, size)


@contextmanager
def writing(path: Path) -> Iterator[Sink]:
    """Raises ServerFull when the disk is; FileNotFoundError when it is gone."""
    number = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        with full():
            yield Sink(number)
    finally:
        os.close(number)
