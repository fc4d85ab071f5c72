"""Small pictures of large ones, made anew; those of the messages opened last are kept
in this process."""

from __future__ import annotations

import threading

from convergence.errors import Unavailable
from convergence.recent import Recent
from mail import imaging
from mail.imaging import Picture

SIDE = 320
AT_ONCE = 2
KEPT = 400
_WAIT_SECONDS = 20.0

Key = tuple[str, str, int, int, str]


kept: Recent[Key, Picture] = Recent(KEPT)
_turns = threading.BoundedSemaphore(AT_ONCE)


def thumbnail(data: bytes, side: int = SIDE) -> Picture:
    """As `imaging.reduced`, but only so many at once. Raises Unavailable when its turn
    does not come."""
    if not _turns.acquire(timeout=_WAIT_SECONDS):
        raise Unavailable
    try:
        return imaging.reduced(data, side)
    finally:
        _turns.release()
