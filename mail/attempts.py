"""Attempts to store a version of a draft, by the names that pages give them: each by
one request at a time, and none any more once it was stored, overtaken or sent. What is
known of them is in Redis; without it an attempt that comes late lies beside the others.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.cache import cache

STORED_WITHIN = 5.0
# longer than a browser goes on sending for a page that is gone
KNOWN_SECONDS = 600


@contextmanager
def alone(address: str, name: str) -> Iterator[None]:
    """A page that is gone and the one after it may store the same attempt at once: the
    second waits, and finds what the first has stored."""
    key, end = _key("storing", address, name), time.monotonic() + STORED_WITHIN
    while name and not cache.add(key, 1, 60) and time.monotonic() < end:
        time.sleep(0.05)
    try:
        yield
    finally:
        if name:
            cache.delete(key)


def overtake(
    address: str, names: Iterable[str], version: str = "", uid: int = 0
) -> None:
    """These are done: `version` has what they had, or nothing is left of the draft."""
    keys = (_key("done", address, name) for name in names if name)
    cache.set_many({key: [version, uid] for key in keys}, KNOWN_SECONDS)


def overtaken(address: str, name: str) -> tuple[str, int] | None:
    """(version, UID) that has what this attempt had, if one has."""
    found = cache.get(_key("done", address, name)) if name else None
    return (str(found[0]), int(found[1])) if found else None


def _key(what: str, address: str, name: str) -> str:
    return f"draft-{what}:{address}:{name}"
