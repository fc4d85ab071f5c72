"""Where a draft is by now, for pages that have the address of an earlier version: the
way back, a tab that was closed. Known in Redis for a day; without it they are told that
it is not there any more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.core.cache import cache

KNOWN_SECONDS = 24 * 3600


class Whereabouts(NamedTuple):
    """`uid` of its last version in Brouillons, else 0 and what became of it: the row
    `outgoing` of the mailbox `address`, as which it left, or the Message-ID `thrown` of
    what was given up."""

    uid: int = 0
    outgoing: str = ""
    address: str = ""
    thrown: str = ""


def stored(address: str, root: str, uid: int, before: Iterable[int] = ()) -> None:
    """The draft `root` (drafting.root) lies there; those were versions of it."""
    if root and uid:
        places = {_place(address, each): root for each in (uid, *before)}
        there = {_draft(address, root): list(Whereabouts(uid))}
        cache.set_many({**places, **there}, KNOWN_SECONDS)


def opened(address: str, root: str, uid: int) -> None:
    """It was read there. What is known of it counts more: a version that was stored in
    the meantime, that it left."""
    if root and uid:
        cache.set(_place(address, uid), root, KNOWN_SECONDS)
        cache.add(_draft(address, root), list(Whereabouts(uid)), KNOWN_SECONDS)


def left(address: str, root: str, outgoing: UUID, by: str) -> None:
    """It left as this row of the mailbox `by`, which may be another."""
    gone = Whereabouts(outgoing=str(outgoing), address=by)
    cache.set(_draft(address, root), list(gone), KNOWN_SECONDS)


def thrown_away(address: str, root: str, message_id: str) -> None:
    gone = Whereabouts(thrown=message_id)
    cache.set(_draft(address, root), list(gone), KNOWN_SECONDS)


def of(address: str, uid: int) -> Whereabouts | None:
    """Of the draft that lay at this UID of Brouillons; None when nothing is known of
    it, or it lies there."""
    found = of_root(address, cache.get(_place(address, uid)) or "")
    return found if found and found.uid != uid else None


def of_root(address: str, root: str) -> Whereabouts | None:
    found = cache.get(_draft(address, root)) if root else None
    return Whereabouts(*found) if found else None


def _place(address: str, uid: int) -> str:
    return f"draft-place:{address}:{uid}"


def _draft(address: str, root: str) -> str:
    return f"draft-whereabouts:{address}:{root}"
