"""Small pictures of large ones, made anew; those of the messages opened last are kept
in this process."""

from __future__ import annotations

import threading
from collections import OrderedDict

from convergence.errors import Unavailable
from mail import imaging
from mail.imaging import Picture

SIDE = 320
AT_ONCE = 2
KEPT = 400
_WAIT_SECONDS = 20.0

Key = tuple[str, str, int, int, str]


class Kept:
    """The thumbnails made last, bounded by their number; each is some kilobytes."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._pictures: OrderedDict[Key, Picture] = OrderedDict()

    def get(self, key: Key) -> Picture | None:
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
            return self._pictures.get(key)

    def put(self, key: Key, picture: Picture) -> None:
        with self._lock:
            self._pictures[key] = picture
            while len(self._pictures) > self._size:
                self._pictures.popitem(last=False)


kept = Kept(KEPT)
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
