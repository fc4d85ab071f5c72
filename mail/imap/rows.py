"""The rows of a list, kept flat: eight octets a message at most, where tuples of
numbers take eighty. A process keeps the orders of many folders."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate, chain, islice
from typing import overload

from mail.imap import guard
from mail.threading import Thread

_OCTETS = 4
# of more messages at once the places are found in one pass
_FEW = 20


class Rows(Sequence[Thread]):
    """The UIDs of each row. `ends` says where each ends among `uids`; empty when every
    row is one message."""

    __slots__ = ("_numbers", "ends", "uids")

    def __init__(self, uids: bytes, ends: bytes = b"") -> None:
        self.uids = uids
        self.ends = memoryview(ends).cast("I")
        self._numbers = memoryview(uids).cast("I")

    @classmethod
    def of(cls, rows: Collection[Sequence[int]]) -> Rows:
        uids = array("I", chain.from_iterable(rows)).tobytes()
        if len(rows) * _OCTETS == len(uids):
            return cls(uids)
        return cls(uids, array("I", accumulate(map(len, rows))).tobytes())

    @property
    def octets(self) -> int:
        return len(self.uids) + self.ends.nbytes

    def messages(self) -> Sequence[int]:
        return self._numbers

    def __len__(self) -> int:
        return len(self.ends) or len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> Thread: ...

    @overload
    def __getitem__(self, at: slice) -> list[Thread]: ...

    def __getitem__(self, at: int | slice) -> Thread | list[Thread]:
        if isinstance(at, slice):
            return [self._row(each) for each in range(*at.indices(len(self)))]
        return self._row(range(len(self))[at])

    def __iter__(self) -> Iterator[Thread]:
        return map(self._row, range(len(self)))

    def _row(self, place: int) -> Thread:
        if not self.ends:
            return (self._numbers[place],)
        first = self.ends[place - 1] if place else 0
        return tuple(self._numbers[first : self.ends[place]])

    def places(self, uids: Iterable[int]) -> dict[int, int]:
        """In which row each of these messages stands; without those in none."""
        asked = set(uids)
        if len(asked) > _FEW:
            standing = ((u, at) for at, u in enumerate(self._numbers) if u in asked)
            # most often all of them are among the first
            found = dict(islice(standing, len(asked)))
        else:
            found = {u: at for u in asked if (at := self._found(u)) is not None}
        if self.ends:
            return {uid: bisect_right(self.ends, at) for uid, at in found.items()}
        return found

    def _found(self, uid: int) -> int | None:
        """A search of octets: a millisecond for the last of 100,000 messages."""
        wanted = array("I", (uid,)).tobytes() if 0 < uid <= guard.UID_MAX else b""
        at = self.uids.find(wanted) if wanted else -1
        # the octets of two numbers beside each other may look like it
        while at % _OCTETS and at >= 0:
            at = self.uids.find(wanted, at + 1)
        return at // _OCTETS if at >= 0 else None
