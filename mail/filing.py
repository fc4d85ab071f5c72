"""Filing: marks, moves, deletion and their undoing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing

from convergence.errors import Conflict, InputRefused, MessageMissing
from mail.messages import FLAGGED, SEEN, Moved
from mail.store import Store

MARKS = {
    "seen": (SEEN, True),
    "unseen": (SEEN, False),
    "flagged": (FLAGGED, True),
    "unflagged": (FLAGGED, False),
}
UNDO_SECONDS = 3600
_SALT = "mail.filing.undo"


@dataclass(frozen=True, slots=True)
class Filed:
    """What happened: how many really moved, and the token that takes it back."""

    count: int
    target: str
    token: str = ""
    forever: bool = False


def mark(store: Store, folder: str, uids: Sequence[int], name: str) -> None:
    flag, on = MARKS[name]
    store.mark(folder, uids, flag, on=on)


def move(store: Store, folder: str, uids: Sequence[int], target: str) -> Filed:
    if folder == target:
        raise Conflict
    return _filed(store, store.move(folder, uids, target))


def delete(store: Store, folder: str, uids: Sequence[int]) -> Filed:
    """To the trash; what is in the trash already goes for ever."""
    trash = store.special("trash")
    if folder == trash:
        store.expunge(folder, uids)
        return Filed(len(uids), trash, forever=True)
    return move(store, folder, uids, trash)


def restore(store: Store, token: str) -> Filed:
    """Undo a move: exactly those come back. Raises InputRefused for a token that is not
    ours or too old, MessageMissing when they are no longer where they were put."""
    try:
        known: dict[str, Any] = signing.loads(token, salt=_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature as error:
        raise InputRefused from error
    if known["mailbox"] != store.address:
        raise InputRefused
    moved = store.move(
        known["target"], known["uids"], known["source"], known["uidvalidity"]
    )
    if not moved.uids:
        raise MessageMissing
    return Filed(len(moved.uids), known["source"])


def _filed(store: Store, moved: Moved) -> Filed:
    if not moved.new_uids:
        # without UIDPLUS the server does not say where they are: no undo
        return Filed(len(moved.uids), moved.target)
    token = signing.dumps(
        {
            "mailbox": store.address,
            "source": moved.source,
            "target": moved.target,
            "uids": list(moved.new_uids),
            "uidvalidity": moved.target_uidvalidity,
        },
        salt=_SALT,
        compress=True,
    )
    return Filed(len(moved.uids), moved.target, token)
