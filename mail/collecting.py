"""The files of a folder, or of a whole mailbox, newest first, in bounded steps.

Nothing is kept about files: they are found in the structures of messages, which the
envelope cache holds. One step looks at a few thousand messages at most and for a few
seconds; it says how far it has come, and the next one goes on from there.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.core import signing

from convergence.comparing import folded
from convergence.errors import InputRefused
from mail import kinds, mime
from mail.messages import Envelope, Folder, Part
from mail.store import Store

_SALT = "mail.files"
PAGE_SIZE = 50
LOOKED_AT_MAX = 10_000
SECONDS_MAX = 2.5
FOLDERS_MAX = 80
# what is thrown away is no place to look for a file
_LEFT_OUT = frozenset({"junk", "trash", "all", "flagged", "scheduled"})
# in Page.below: this folder and those behind it have not been begun; their names would
# not fit into the address of the next page
_REST = -1
# what one question to the server brings: little first, most pages need no more
_STEPS = (100, 400, 1_000)
GROUPS: dict[str, frozenset[kinds.Kind]] = {
    "images": frozenset({"image"}),
    "pdf": frozenset({"pdf"}),
    "documents": frozenset({"document", "text"}),
    "sons": frozenset({"audio"}),
    "messages": frozenset({"message", "calendar", "tnef"}),
    "autres": frozenset({"other"}),
}

# a message, the UIDVALIDITY of its folder, and its parts that are wanted
Holder = tuple[Envelope, int, list[Part]]


@dataclass(frozen=True, slots=True)
class Found:
    """One file, where it is."""

    folder: str
    uidvalidity: int
    envelope: Envelope
    part: Part


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: words of the name, and a group of GROUPS; empty: all."""

    words: str = ""
    group: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.group)

    def fits(self, part: Part) -> bool:
        name = mime.shown_name(part)
        if self.group and kinds.of(part, name).kind not in GROUPS[self.group]:
            return False
        plain = folded(name)
        return all(word in plain for word in folded(self.words).split())


@dataclass(frozen=True, slots=True)
class Page:
    """`below`: by folder, the UID under which the next page begins (0: at its end;
    _REST); `looked_at` messages were seen for it. Empty when all has been seen."""

    files: tuple[Found, ...]
    below: Mapping[str, int]
    looked_at: int

    @property
    def is_last(self) -> bool:
        return not self.below

    @property
    def mark(self) -> str:
        """Where the next one begins, as an address holds it: signed, so that it is only
        what was said here."""
        return signing.dumps(dict(self.below), salt=_SALT, compress=True)


def read_mark(mark: str) -> dict[str, int] | None:
    """What a Page.mark says; "" is the beginning of all. Raises InputRefused."""
    if not mark:
        return None
    try:
        found: dict[str, int] = signing.loads(mark, salt=_SALT)
    except signing.BadSignature as error:
        raise InputRefused from error
    return found


def searched(folders: Iterable[Folder]) -> tuple[str, ...]:
    """The folders in which one looks for a file. Empty ones would only use up those
    that a page may look into."""
    return tuple(
        f.name
        for f in folders
        if f.selectable and f.messages and f.special not in _LEFT_OUT
    )


@dataclass
class _Walk:
    """What one page may still cost, and how far each folder has come."""

    store: Store
    wanted: Wanted
    room: int
    ends: float
    below: dict[str, int] = field(default_factory=dict)
    is_over: bool = False

    def files(self, folder: str, below: int) -> Iterator[Holder]:
        """The messages of a folder that hold what is wanted, with those parts."""
        self.below[folder] = below
        step = 0
        while not self.is_spent():
            most = min(_STEPS[min(step, len(_STEPS) - 1)], self.room)
            found = self.store.attached(folder, below, most)
            step += 1
            for envelope, structure in found.messages:
                self.room -= 1
                if parts := self._fitting(structure):
                    yield envelope, found.uidvalidity, parts
                self.below[folder] = envelope.uid
            below = found.below
            if not below:
                self.below.pop(folder, None)
                return
            self.below[folder] = below

    def is_spent(self) -> bool:
        self.is_over = self.is_over or self.room <= 0 or time.monotonic() > self.ends
        return self.is_over

    def _fitting(self, structure: Part) -> list[Part]:
        layout = mime.layout(structure)
        files = (*layout.attachments, *(p for p in layout.inline if p.name))
        return [part for part in files if self.wanted.fits(part)]


def page(
    store: Store,
    folders: Sequence[str],
    wanted: Wanted,
    begin: Mapping[str, int] | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """The next files of these folders, newest first; `begin` as Page.below told it."""
    walk = _Walk(store, wanted, LOOKED_AT_MAX, time.monotonic() + SECONDS_MAX)
    left = _left(folders, begin)
    streams = [_dated(walk, *each) for each in left[:FOLDERS_MAX]]
    found: list[Found] = []
    for _key, name, (envelope, uidvalidity, parts) in heapq.merge(
        *streams, key=lambda item: item[0]
    ):
        found += [Found(name, uidvalidity, envelope, part) for part in parts]
        walk.below[name] = envelope.uid
        # a folder that stopped half-way may hold newer ones than the others
        if len(found) >= size or walk.is_over:
            break
    walk.below |= {name: _REST for name, _end in left[FOLDERS_MAX:][:1]}
    return Page(tuple(found), dict(walk.below), LOOKED_AT_MAX - walk.room)


def _left(
    folders: Sequence[str], begin: Mapping[str, int] | None
) -> list[tuple[str, int]]:
    """What has not been seen to its beginning, and from where on."""
    if begin is None:
        return [(name, 0) for name in folders]
    rest = (at for at, name in enumerate(folders) if begin.get(name) == _REST)
    at = next(rest, len(folders))
    begun = [(name, begin[name]) for name in folders[:at] if name in begin]
    return [*begun, *((name, 0) for name in folders[at:])]


def _dated(walk: _Walk, folder: str, below: int) -> Iterator[tuple[float, str, Holder]]:
    for envelope, uidvalidity, parts in walk.files(folder, below):
        yield -envelope.received.timestamp(), folder, (envelope, uidvalidity, parts)
