"""Which bytes of a content a browser asks for (RFC 9110 §14): one range, or all."""

from __future__ import annotations

import re
from typing import NamedTuple

_ASKED = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


class Range(NamedTuple):
    """From the first byte to the last, both of it; empty when nothing is there."""

    first: int
    last: int
    size: int

    def __bool__(self) -> bool:
        return self.first <= self.last

    def __str__(self) -> str:
        """As Content-Range has it."""
        part = f"{self.first}-{self.last}" if self else "*"
        return f"bytes {part}/{self.size}"


def asked(header: str, size: int) -> Range | None:
    """The range of a content of this size; None when all is meant, also by what is no
    range or several."""
    match = _ASKED.fullmatch(header.strip())
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        return Range(max(0, size - int(match[2])), size - 1, size)
    last = int(match[2]) if match[2] else size - 1
    return Range(int(match[1]), min(last, size - 1), size)
