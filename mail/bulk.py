"""Large files of a message: put in as base64 when the rest of it is made.

The standard generator reads every line of them several times: 450 ms for 7.5 MB, 25 ms
so.
"""

from __future__ import annotations

import binascii
import struct
import uuid
from itertools import chain

# RFC 2045 §6.8: octets of a line
_LINE = 76
_AT_ONCE = 64
LARGE = 64 * 1024


def lines(data: bytes) -> bytes:
    """As base64 in lines with CRLF between them."""
    text = memoryview(binascii.b2a_base64(data, newline=False))
    even = len(text) // (_LINE * _AT_ONCE) * (_LINE * _AT_ONCE)
    many = struct.iter_unpack(f"{_LINE}s" * _AT_ONCE, text[:even])
    rest = (text[at : at + _LINE] for at in range(even, len(text), _LINE))
    return b"\r\n".join(chain(chain.from_iterable(many), rest))


class Places:
    """Where in a message large files are to stand, each by a mark nobody can guess."""

    def __init__(self) -> None:
        self._held: dict[bytes, bytes] = {}

    def hold(self, data: bytes) -> str:
        """What stands in the message meanwhile."""
        mark = uuid.uuid4().hex
        self._held[mark.encode()] = data
        return mark

    def filled(self, message: bytes) -> bytes:
        """The message with all that was held, which came in the same order."""
        pieces, rest = [], message
        for mark, data in self._held.items():
            before, _mark, rest = rest.partition(mark)
            pieces += [before, lines(data)]
        return b"".join([*pieces, rest])
