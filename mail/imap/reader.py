"""Whole answers from a connection's socket, within a time and within bounds.

A server that claims a literal of gigabytes, sends a line without end or drips one byte
a second costs neither memory nor a thread.
"""

from __future__ import annotations

import re
import time
from typing import Any

_LITERAL = re.compile(rb"\{(\d{1,10})\}\r\n$")
_READ = 256 * 1024
LINE_MAX = 16 * 1024 * 1024
LITERAL_MAX = 32 * 1024 * 1024
ANSWER_MAX = 256 * 1024 * 1024


class Reader:
    """Reads `file` (the buffered side of `sock`, which may hold octets already)."""

    def __init__(self, sock: Any, file: Any) -> None:
        self._sock = sock
        self._file = file
        self._data = bytearray()
        self._end = 0.0
        self._room = 0

    def begin(self, seconds: float) -> None:
        """From now on all answers have to come within so many seconds."""
        self._end = time.monotonic() + seconds
        self._room = ANSWER_MAX

    def line(self) -> bytes:
        """One answer; literals are read and stand where they came. Raises OSError
        (TimeoutError) or EOFError."""
        line = self._until_newline()
        if not line.endswith(b"}\r\n"):
            return line
        pieces = [line]
        while match := _LITERAL.search(pieces[-1]):
            pieces.append(self._exactly(int(match[1])))
            pieces.append(self._until_newline())
        return b"".join(pieces)

    def _until_newline(self) -> bytes:
        searched = 0
        while (at := self._data.find(b"\n", searched)) < 0:
            searched = len(self._data)
            if searched > LINE_MAX:
                raise EOFError("a line without end")
            self._more()
        return self._cut(at + 1)

    def _exactly(self, count: int) -> bytes:
        if count > LITERAL_MAX:
            raise EOFError("a literal beyond all bounds")
        while len(self._data) < count:
            self._more()
        return self._cut(count)

    def _cut(self, count: int) -> bytes:
        piece = bytes(self._data[:count])
        del self._data[:count]
        return piece

    def _more(self) -> None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        data = self._file.read1(_READ)
        self._room -= len(data)
        if not data or self._room < 0:
            raise EOFError("connection closed" if not data else "too long an answer")
        self._data += data
