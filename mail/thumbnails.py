"""Small pictures of large ones, made anew; those of the messages opened last are kept
in this process."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict

from PIL import Image, ImageOps

from convergence.errors import NotFound, Unavailable
from mail.imaging import BROKEN, FORMATS, PIXELS_MAX, Picture

SIDE = 320
# a JPEG is read at a fraction of its size: only the fraction is in memory
DRAFTED_MAX = 120_000_000
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
    """At most `side` wide and high. Raises NotFound for what is no picture, or claims
    too many pixels."""
    if not _turns.acquire(timeout=_WAIT_SECONDS):
        raise Unavailable
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as found:
            return _reduced(found, side)
    except BROKEN as error:
        raise NotFound from error
    finally:
        _turns.release()


def _reduced(found: Image.Image, side: int) -> Picture:
    pixels = found.width * found.height
    if pixels > (DRAFTED_MAX if found.format == "JPEG" else PIXELS_MAX):
        raise NotFound
    found.draft("RGB", (side, side))
    if found.width * found.height > PIXELS_MAX:
        raise NotFound
    found.thumbnail((side, side))
    small = ImageOps.exif_transpose(found)
    output = io.BytesIO()
    if small.mode in {"RGB", "L", "CMYK", "YCbCr"}:
        small.convert("RGB").save(output, "JPEG", quality=80)
        return Picture("image/jpeg", output.getvalue())
    small.convert("RGBA").save(output, "PNG", compress_level=6)
    return Picture("image/png", output.getvalue())
