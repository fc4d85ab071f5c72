"""Labelling: putting labels on messages, taking them off, and undoing it."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from convergence.errors import ConvergenceError, InputRefused, NotFound
from mail import naming, numbers, undoing
from mail.imap.opening import open_box
from mail.messages import Marked, Summary
from mail.models import Label
from mail.store import Store

logger = logging.getLogger(__name__)
TICK = 20.0


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
    """Set and unset keywords, each only where something changes."""
    rows = store.summaries(folder, uids)
    wanted = [(k, True) for k in change.add] + [(k, False) for k in change.remove]
    steps: list[Marked] = []
    for keyword, on in wanted:
        # what the rows show already spares the server a question
        if chosen := _otherwise(rows, keyword, on=on):
            steps.append(store.change(folder, chosen, keyword, on=on))
    steps = [step for step in steps if step.uids]
    changed = {uid for step in steps for uid in step.uids}
    token = undoing.token(store.address, steps)
    return Labelled(len(changed), tuple(sorted(changed)), token)


def _otherwise(rows: Iterable[Summary], keyword: str, *, on: bool) -> tuple[int, ...]:
    """Those on which a keyword is not as it shall be."""
    name = keyword.lower()
    return tuple(r.uid for r in rows if (name in {f.lower() for f in r.flags}) != on)


def undo(store: Store, folder: str, token: str) -> tuple[int, ...]:
    """Just those get and lose it again; which they are. Raises InputRefused for a token
    that is not ours, of another folder or act, or too old; MessageMissing when none of
    them is there as it was made."""
    steps = undoing.read(token, store.address)
    if any("flag" not in step or step["folder"] != folder for step in steps):
        raise InputRefused
    undoing.restore(store, steps)
    uids = {uid for step in steps for uid in numbers.spelled(step["uids"])}
    return tuple(sorted(uids))


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
def strip_due() -> int:
    """Go on with the labels that are leaving; how many are gone. Called by beat: what
    was interrupted is begun again, which does no harm."""
    end, gone = time.monotonic() + TICK, 0
    leaving = Label.objects.filter(state=Label.State.LEAVING).select_related("mailbox")
    for row in leaving:
        if time.monotonic() > end:
            break
        try:
            with open_box(row.mailbox) as store:
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
