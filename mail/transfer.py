"""Content-Transfer-Encodings undone, whole or piece by piece in bounded memory.

What is broken is kept as far as it goes: a reader prefers half a text to an error.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator

_JUNK = re.compile(rb"[^A-Za-z0-9+/=]")
_PADDING = re.compile(rb"=+")
_UU = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
_UU_BEGIN = re.compile(rb"begin [0-7]{3,4} ")
LINE_MAX = 64 * 1024


def transfer_decode(data: bytes, encoding: str) -> bytes:
    """The content of a part; an unknown encoding leaves it as it is."""
    return b"".join(decoded(iter((data,)), encoding))


def decoded(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The same for a content that comes in pieces, in pieces of their size."""
    if encoding == "base64":
        return _base64(pieces)
    if encoding == "quoted-printable":
        return (quopri.decodestring(lines) for lines in _by_lines(pieces))
    if encoding in _UU:
        return (_uudecode(lines) for lines in _by_lines(pieces))
    return pieces


def _base64(pieces: Iterator[bytes]) -> Iterator[bytes]:
    kept = b""
    for piece in pieces:
        kept += _JUNK.sub(b"", piece)
        # padding in the middle: the sender has joined several encoded texts
        *ended, kept = _PADDING.split(kept)
        yield b"".join(_unpadded(text) for text in ended)
        whole = len(kept) - len(kept) % 4
        yield base64.b64decode(kept[:whole])
        kept = kept[whole:]
    yield _unpadded(kept)


def _unpadded(text: bytes) -> bytes:
    text = text[: len(text) - (len(text) % 4 == 1)]
    return base64.b64decode(text + b"=" * (-len(text) % 4))


def _by_lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Whole lines; of a line without end what cannot be half an escape."""
    kept = b""
    for piece in pieces:
        kept += piece
        at = kept.rfind(b"\n") + 1
        if not at and len(kept) > LINE_MAX:
            escape = kept.rfind(b"=", -3)
            at = escape if escape > 0 else len(kept)
        if at:
            yield kept[:at]
            kept = kept[at:]
    if kept:
        yield kept


def _uudecode(data: bytes) -> bytes:
    result = bytearray()
    for line in data.splitlines():
        if not line.strip() or line == b"end" or _UU_BEGIN.match(line):
            continue
        try:
            result += binascii.a2b_uu(line)
        except binascii.Error:
            # some encoders count wrong: take what the length byte allows
            count = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                result += binascii.a2b_uu(line[:count])
            except binascii.Error:
                continue
    return bytes(result)
