"""The headers of the tus protocol 1.0.0 (tus.io): what a browser says of a file that it
sends in pieces. Pure; what becomes of the pieces is mail/uploads.py."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from convergence.errors import ConvergenceError, InputRefused

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
ALGORITHMS = ("sha1", "sha256")
PIECE = "application/offset+octet-stream"
_METADATA_MAX = 8_000


class VersionRefused(InputRefused):
    status = 412


class NotAPiece(InputRefused):
    status = 415


class ChecksumRefused(ConvergenceError):
    """What came is not what was sent: it is forgotten and may be sent again."""

    status = 460
    retryable = True
    message = _("Le fichier a été abîmé en chemin. Réessayez.")


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that is going to be sent, as its sender describes it."""

    name: str
    type: str
    size: int


@dataclass(slots=True)
class Checksum:
    """What a piece must amount to; fed by `over`."""

    algorithm: str
    wanted: bytes
    _found: Any = field(init=False)

    def __post_init__(self) -> None:
        self._found = hashlib.new(self.algorithm, usedforsecurity=False)

    def over(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self._found.update(piece)
            yield piece

    @property
    def is_right(self) -> bool:
        return hmac.compare_digest(self._found.digest(), self.wanted)


def announced(length: str, metadata: str) -> Announced:
    """Upload-Length and Upload-Metadata. Raises InputRefused."""
    known = _metadata(metadata)
    return Announced(
        known.get("filename", ""), known.get("filetype", ""), number(length)
    )


def _metadata(header: str) -> dict[str, str]:
    """`name base64, name base64, …`; a name may stand alone."""
    if len(header) > _METADATA_MAX:
        raise InputRefused
    pairs = (pair.strip().partition(" ") for pair in header.split(",") if pair.strip())
    return {name: _decoded(value) for name, _space, value in pairs}


def _decoded(value: str) -> str:
    return _octets(value).decode("utf-8", "replace")


def _octets(value: str) -> bytes:
    try:
        return base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputRefused from error


def number(value: str) -> int:
    """Upload-Length, Upload-Offset: digits. Raises InputRefused."""
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise InputRefused
    return int(value)


def checksum(header: str) -> Checksum | None:
    """Upload-Checksum, if there is one. Raises InputRefused for an algorithm that the
    server did not offer."""
    if not header:
        return None
    algorithm, _space, value = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise InputRefused
    return Checksum(algorithm, _octets(value))
