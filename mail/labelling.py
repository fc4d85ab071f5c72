"""Labelling: putting labels on messages, taking them off, and undoing it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core import signing

from convergence.errors import ConvergenceError, InputRefused, NotFound
from mail import naming
from mail.imap.opening import open_store
from mail.messages import Summary
from mail.models import Label
from mail.store import Store
from mail.undoing import UNDO_SECONDS

logger = logging.getLogger(__name__)
_SALT = "mail.labelling.undo"
TICK = 20.0
Act = tuple[str, bool, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """What really changed: how many messages, and the token that takes it back."""

    count: int
    uids: tuple[int, ...]
    token: str = ""


class Change(NamedTuple):
    """The keywords to be put on messages and to be taken off."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def adding(self, keyword: str) -> Change:
        kept = tuple(k for k in self.remove if k.lower() != keyword.lower())
        return Change((*self.add, keyword), kept)


def label(store: Store, folder: str, uids: Sequence[int], change: Change) -> Labelled:
    """Set and unset keywords, one command each and only where something changes."""
    rows = store.summaries(folder, uids)
    acts = [*_acts(rows, change.add, on=True), *_acts(rows, change.remove, on=False)]
    return _done(store, folder, acts)


def _acts(rows: Iterable[Summary], keywords: Iterable[str], *, on: bool) -> list[Act]:
    carried = {row.uid: {flag.lower() for flag in row.flags} for row in rows}
    acts = []
    for keyword in keywords:
        changed = tuple(
            u for u, had in carried.items() if (keyword.lower() in had) != on
        )
        if changed:
            acts.append((keyword, on, changed))
    return acts


def _done(store: Store, folder: str, acts: Sequence[Act]) -> Labelled:
    for keyword, on, uids in acts:
        store.mark(folder, uids, keyword, on=on)
    changed = tuple(sorted({uid for _keyword, _on, uids in acts for uid in uids}))
    return Labelled(len(changed), changed, _token(store, folder, acts))


def _token(store: Store, folder: str, acts: Sequence[Act]) -> str:
    known = {"mailbox": store.address, "folder": folder, "acts": acts}
    return signing.dumps(known, salt=_SALT, compress=True) if acts else ""


def undo(store: Store, folder: str, token: str) -> Labelled:
    """Just those get and lose it again. Raises InputRefused for a token that is not
    ours, of another folder, or too old."""
    try:
        known: dict[str, Any] = signing.loads(token, salt=_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature as error:
        raise InputRefused from error
    if (known["mailbox"], known["folder"]) != (store.address, folder):
        raise InputRefused
    acts = [(keyword, not on, tuple(uids)) for keyword, on, uids in known["acts"]]
    done = _done(store, folder, acts)
    return Labelled(done.count, done.uids)


def differences(
    offered: Iterable[str], wanted: Collection[str], mixed: Collection[str]
) -> Change:
    """What a menu of boxes means: those ticked are put on, the others taken off, and
    those that were left half ticked stay as they are on each message."""
    settled = [keyword for keyword in offered if keyword not in mixed]
    return Change(
        tuple(k for k in settled if k in wanted),
        tuple(k for k in settled if k not in wanted),
    )


# --- Taking a deleted label off every message ----------------------------------------
Open = Callable[[Label], AbstractContextManager[Store]]


def _open(row: Label) -> AbstractContextManager[Store]:
    return open_store(row.mailbox.login, row.mailbox.address, writable=True)


def strip_due(open_box: Open = _open) -> int:
    """Go on with the labels that are leaving; how many are gone. Called by beat: what
    was interrupted is begun again, which does no harm."""
    end, gone = time.monotonic() + TICK, 0
    leaving = Label.objects.filter(state=Label.State.LEAVING).select_related("mailbox")
    for row in leaving:
        if time.monotonic() > end:
            break
        try:
            with open_box(row) as store:
                strip(store, row.keyword)
        except ConvergenceError as error:
            logger.warning("label not removed", extra={"cause": type(error).__name__})
            continue
        naming.stripped(row)
        gone += 1
    return gone


def strip(store: Store, keyword: str) -> None:
    for folder in store.folders():
        if folder.selectable and folder.messages:
            # removed meanwhile
            with suppress(NotFound):
                store.unmark_all(folder.name, keyword)
