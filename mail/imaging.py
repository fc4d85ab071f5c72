"""Pictures: consent to remote ones, their signed addresses, and making them anew."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from PIL import Image, ImageOps

from convergence.errors import NotFound

MAX_AGE = 24 * 3600
PIXELS_MAX = 20_000_000
# a JPEG is read at a fraction of its size: only the fraction is in memory
DRAFTED_MAX = 120_000_000
# all frames of an animation together
FRAMES_MAX = 100
WIDTH_MAX, HEIGHT_MAX = 2_400, 20_000

_SALT = "mail.images"
_CONSENT_SALT = "mail.images.consent"
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
# what Pillow's readers raise on broken files
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    AttributeError,
    EOFError,
    RuntimeError,
    OverflowError,
    MemoryError,
    Warning,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


def consent(person: int, address: str, folder: str, uid: int) -> str:
    """What the link "show remote images" of one message carries for one person. A link
    in a mail cannot: it would make the images load by itself."""
    signer = signing.Signer(salt=_CONSENT_SALT)
    value = "\0".join((str(person), address.lower(), folder, str(uid)))
    return signer.signature(value)


def proxied(url: str) -> str | None:
    """The address of the proxy for a remote image, signed so that nobody fetches
    through us at will; None when the proxy is switched off."""
    if not settings.IMAGE_PROXY_ENABLED or len(url) > 4_000:
        return None
    return f"/images/{signing.dumps(url, salt=_SALT, compress=True)}"


def original(signed: str) -> str | None:
    """The URL behind an address of ours; None when it is not, or too old."""
    try:
        url: str = signing.loads(signed, salt=_SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    return url


@dataclass(frozen=True, slots=True)
class Picture:
    type: str
    data: bytes


def is_small(data: bytes) -> bool:
    """Whether it is a picture of a size that a browser may be given."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
            return found.width * found.height <= PIXELS_MAX
    except _BROKEN:
        return False


def width_of(data: bytes) -> int:
    """0 for what is no picture."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
            return found.width
    except _BROKEN:
        return 0


def remade(data: bytes) -> Picture:
    """The picture made anew: nothing but pixels passes. Raises NotFound for what is no
    PNG, JPEG, GIF or WebP, or too large."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
            if found.width * found.height > PIXELS_MAX:
                raise NotFound
            return _saved(found)
    except _BROKEN as error:
        raise NotFound from error


def reduced(data: bytes, side: int) -> Picture:
    """The picture made anew, at most `side` wide and high. Raises NotFound for what is
    none, or claims too many pixels."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
            return _reduced(found, side)
    except _BROKEN as error:
        raise NotFound from error


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


def _saved(found: Image.Image) -> Picture:
    output = io.BytesIO()
    if found.format == "GIF":
        frames = getattr(found, "n_frames", 1)
        pixels = frames * found.width * found.height
        moves = 1 < frames <= FRAMES_MAX and pixels <= PIXELS_MAX
        found.save(output, "GIF", save_all=moves)
        return Picture("image/gif", output.getvalue())
    found.thumbnail((WIDTH_MAX, HEIGHT_MAX))
    upright = ImageOps.exif_transpose(found)
    if found.format == "JPEG":
        upright.convert("RGB").save(output, "JPEG", quality=88)
        return Picture("image/jpeg", output.getvalue())
    upright.convert("RGBA").save(output, "PNG", compress_level=3)
    return Picture("image/png", output.getvalue())
