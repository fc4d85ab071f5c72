"""The gateway to the virus scanner: clamd's INSTREAM over a socket, when one is
configured (CLAMD_SOCKET). Files are streamed, never held."""

from __future__ import annotations

import logging
import re
import socket
import time
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from convergence.errors import InputRefused, Unavailable

logger = logging.getLogger(__name__)
_PIECE = 64 * 1024
_ANSWER_MAX = 4096
_CONNECT_SECONDS = 2.0
_FOUND = re.compile(r"stream: (.{1,200}) FOUND")


class Infected(InputRefused):
    """A file that the scanner knows to be harmful."""

    status = 422


class ScannerUnavailable(Unavailable):
    """No answer, and the institution wants no file unseen (CLAMD_UNREACHABLE)."""


class _Unanswered(Exception):
    pass


def check(path: Path, name: str) -> None:
    """Raises Infected, and ScannerUnavailable where nothing may pass unseen; both name
    the file. Nothing happens when no scanner is configured."""
    if not settings.CLAMD_SOCKET:
        return
    try:
        virus = _scanned(path)
    except (OSError, _Unanswered) as error:
        logger.warning("no answer from the scanner", extra={"cause": repr(error)[:300]})
        if settings.CLAMD_UNREACHABLE == "accept":
            return
        text = _("L’antivirus ne répond pas : « %(name)s » n’a pas pu être vérifié.")
        raise ScannerUnavailable(text % {"name": name}) from error
    if virus:
        logger.warning("infected upload", extra={"virus": virus})
        text = _("« %(name)s » contient un virus et n’a pas été joint.")
        raise Infected(text % {"name": name})


def _scanned(path: Path) -> str:
    """The name of what was found, "" when nothing was."""
    end = time.monotonic() + settings.CLAMD_TIMEOUT
    with _connected() as wire, path.open("rb") as file:
        wire.sendall(b"zINSTREAM\0")
        while piece := file.read(_PIECE):
            wire.settimeout(_left(end))
            wire.sendall(len(piece).to_bytes(4, "big") + piece)
        wire.sendall(bytes(4))
        answer = _answer(wire, end)
    if answer == "stream: OK":
        return ""
    if found := _FOUND.fullmatch(answer):
        return found[1]
    raise _Unanswered(answer)


def _connected() -> socket.socket:
    address = settings.CLAMD_SOCKET
    if not address.startswith("/"):
        host, _colon, port = address.rpartition(":")
        return socket.create_connection((host, int(port)), _CONNECT_SECONDS)
    wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    wire.settimeout(_CONNECT_SECONDS)
    try:
        wire.connect(address)
    except OSError:
        wire.close()
        raise
    return wire


def _answer(wire: socket.socket, end: float) -> str:
    got = b""
    while not got.endswith(b"\0") and len(got) < _ANSWER_MAX:
        wire.settimeout(_left(end))
        piece = wire.recv(_ANSWER_MAX)
        if not piece:
            break
        got += piece
    return got.rstrip(b"\0").decode("ascii", "replace").strip()


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise _Unanswered
    return left
