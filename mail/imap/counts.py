"""What the counts of folders say has changed (STATUS of RFC 3501 and RFC 7162)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

# new: messages came · gone: some left · flags: marks changed · reset: another folder
# under the same name · folders: one was made, renamed or removed
What = Literal["new", "gone", "flags", "reset", "folders"]
_UIDVALIDITY, _UIDNEXT, _MESSAGES = b"UIDVALIDITY", b"UIDNEXT", b"MESSAGES"


class Counts:
    """The last counts of each folder; a server may tell only those that changed."""

    def __init__(self) -> None:
        self._known: dict[str, dict[bytes, int]] = {}

    def forget(self, folder: str) -> None:
        self._known.pop(folder, None)

    def note(self, folder: str, counts: Mapping[bytes, int]) -> frozenset[What]:
        """What has changed since the last time: nothing at first sight."""
        before = self._known.get(folder)
        self._known[folder] = now = {**(before or {}), **counts}
        if before is None or before == now:
            return frozenset()
        return _changes(before, now) or frozenset({"flags"})


def _changes(before: dict[bytes, int], now: dict[bytes, int]) -> frozenset[What]:
    if before.get(_UIDVALIDITY) not in (None, now[_UIDVALIDITY]):
        return frozenset({"reset"})
    found: set[What] = set()
    came = _grown(before, now, _UIDNEXT)
    if came > 0:
        found.add("new")
    # a message that came and left in between is one of both
    if _grown(before, now, _MESSAGES) < min(came, 1):
        found.add("gone")
    return frozenset(found)


def _grown(before: dict[bytes, int], now: dict[bytes, int], name: bytes) -> int:
    return now.get(name, 0) - before.get(name, now.get(name, 0))
