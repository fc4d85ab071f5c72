"""Compressed RTF of Microsoft's mail (MS-OXRTFCP) to RTF, within bounds."""

from __future__ import annotations

import struct

SIZE_MAX = 1024 * 1024
_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_WINDOW = 4096
# what the window holds at first, by the format
_BEGINNING = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern "
    rb"\fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0"
    rb"\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def decompressed(data: bytes, room: int = SIZE_MAX) -> bytes:
    """The RTF, as far as it can be read and `room` goes; b"" for what is none."""
    if len(data) < 16:
        return b""
    _size, raw_size, kind, _check = struct.unpack_from("<IIII", data)
    limit = min(raw_size, room)
    if kind == _PLAIN:
        return data[16 : 16 + limit]
    return _unfolded(data, limit) if kind == _COMPRESSED else b""


def _unfolded(data: bytes, limit: int) -> bytes:
    window = bytearray(_BEGINNING.ljust(_WINDOW, b"\0"))
    write, output, at = len(_BEGINNING), bytearray(), 16

    def put(value: int) -> None:
        nonlocal write
        output.append(value)
        window[write] = value
        write = (write + 1) % _WINDOW

    while at < len(data) and len(output) < limit:
        control = data[at]
        at += 1
        for bit in range(8):
            if not control >> bit & 1:
                if at >= len(data):
                    return bytes(output[:limit])
                put(data[at])
                at += 1
                continue
            if at + 2 > len(data):
                return bytes(output[:limit])
            word = data[at] << 8 | data[at + 1]
            at += 2
            begin, length = word >> 4, (word & 15) + 2
            if begin == write:
                return bytes(output[:limit])
            for step in range(length):
                put(window[(begin + step) % _WINDOW])
    return bytes(output[:limit])
