"""Sets of message numbers as IMAP writes them: `1:3,7` (RFC 3501 sequence-set)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_SET = re.compile(r"\d{1,10}(?::\d{1,10})?(?:,\d{1,10}(?::\d{1,10})?)*")
NUMBERS_MAX = 200_000


def written(numbers: Iterable[int]) -> str:
    """In ascending order, runs joined; "" for none."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(a) if a == b else f"{a}:{b}" for a, b in runs)


def slices(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """In pieces of at most `size`; a range gives ranges."""
    for at in range(0, len(numbers), size):
        yield numbers[at : at + size]


def spelled(text: str) -> tuple[int, ...]:
    """Every number of a set. Raises ValueError for what is none, or has too many."""
    if not text:
        return ()
    if not _SET.fullmatch(text):
        raise ValueError(text[:80])
    found: list[int] = []
    for run in text.split(","):
        first, _colon, last = run.partition(":")
        low, high = int(first), int(last or first)
        if high - low + len(found) >= NUMBERS_MAX:
            raise ValueError(text[:80])
        found.extend(range(low, high + 1))
    return tuple(found)
