"""Undoing: what an act did, kept so that exactly that is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from django.core import signing

from convergence.errors import InputRefused, MessageMissing
from mail import numbers
from mail.messages import Marked, Moved
from mail.store import Store

UNDO_SECONDS = 3600
_SALT = "mail.filing.undo"


Step = Moved | Marked


def packed(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """As JSON holds it; sets of messages as IMAP writes them."""
    return [_moved(s) if isinstance(s, Moved) else _marked(s) for s in steps]


def _moved(step: Moved) -> dict[str, Any]:
    return {
        "source": step.source,
        "target": step.target,
        "uids": numbers.written(step.new_uids),
        "uidvalidity": step.target_uidvalidity,
    }


def _marked(step: Marked) -> dict[str, Any]:
    return {
        "folder": step.folder,
        "uids": numbers.written(step.uids),
        "uidvalidity": step.uidvalidity,
        "flag": step.flag,
        "on": step.on,
    }


def token(address: str, steps: Sequence[Step]) -> str:
    """What a page holds of a small act; "" when nothing can be taken back."""
    return signed(address, packed(steps)) if steps else ""


def signed(address: str, steps: Sequence[dict[str, Any]]) -> str:
    """The same of steps that are packed."""
    known = {"mailbox": address, "steps": steps}
    return signing.dumps(known, salt=_SALT, compress=True)


def read(token: str, address: str) -> list[dict[str, Any]]:
    """The steps of a token. Raises InputRefused when it is not ours, too old, or of
    another mailbox."""
    try:
        known: dict[str, Any] = signing.loads(token, salt=_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature as error:
        raise InputRefused from error
    if known["mailbox"] != address:
        raise InputRefused
    steps: list[dict[str, Any]] = known["steps"]
    return steps


def restore(store: Store, steps: Sequence[dict[str, Any]]) -> int:
    """Take packed steps back, the last first; how many messages it was about. What has
    left since is not looked for. Raises MessageMissing when nothing was there."""
    marked = moved = 0
    for step in reversed(steps):
        uids = numbers.spelled(step["uids"])
        with suppress(MessageMissing):
            if "flag" in step:
                marked += _unmarked(store, step, uids)
            else:
                moved += _moved_back(store, step, uids)
    if not moved and not marked:
        raise MessageMissing
    # a move that also marked is about the messages that it moved
    return moved or marked


def _unmarked(store: Store, step: dict[str, Any], uids: Sequence[int]) -> int:
    on, validity = not step["on"], step["uidvalidity"]
    return len(store.change(step["folder"], uids, step["flag"], validity, on=on).uids)


def _moved_back(store: Store, step: dict[str, Any], uids: Sequence[int]) -> int:
    source, validity = step["source"], step["uidvalidity"]
    return len(store.move(step["target"], uids, source, validity).uids)
