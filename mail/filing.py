"""Filing: marks, moves, archiving, junk, deletion, and their undoing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from convergence.errors import Conflict, ConvergenceError, FolderMissing
from mail import undoing
from mail.messages import FLAGGED, JUNK, NOT_JUNK, SEEN, Folder, Moved
from mail.moments import PARIS
from mail.store import Store
from mail.undoing import Step

MARKS = {
    "seen": (SEEN, True),
    "unseen": (SEEN, False),
    "flagged": (FLAGGED, True),
    "unflagged": (FLAGGED, False),
}
Verb = Literal[
    "move",
    "delete",
    "archive",
    "junk",
    "not_junk",
    "seen",
    "unseen",
    "flagged",
    "unflagged",
    "label",
    "unlabel",
]
_ALREADY = _("Ces messages sont déjà dans ce dossier.")
INBOX = "INBOX"


@dataclass(frozen=True, slots=True)
class Order:
    """What to do with messages: the `verb` and its `target`, of a move the folder, of a
    label its keyword; `forever`: what is in the trash may be deleted."""

    verb: Verb
    target: str = ""
    forever: bool = False


@dataclass(frozen=True, slots=True)
class Filed:
    """What happened: how many really moved, whereto, the steps that take it back."""

    count: int
    target: str
    forever: bool = False
    steps: tuple[Step, ...] = ()


def carry_out(
    store: Store,
    folder: str,
    uids: Sequence[int],
    order: Order,
    uidvalidity: int = 0,
) -> Filed:
    """Raises MessageMissing when the folder is no longer that of `uidvalidity`; what is
    deleted for ever is left alone then."""
    match order.verb:
        case "move":
            return move(store, folder, uids, order.target, uidvalidity)
        case "delete":
            return delete(store, folder, uids, uidvalidity, forever=order.forever)
        case "archive":
            return archive(store, folder, uids, uidvalidity)
        case "junk":
            return junk(store, folder, uids, uidvalidity)
        case "not_junk":
            return not_junk(store, folder, uids, uidvalidity)
        case "label" | "unlabel":
            on = order.verb == "label"
            return _flagged(store, folder, uids, order.target, uidvalidity, on=on)
        case mark:
            flag, on = MARKS[mark]
            return _flagged(store, folder, uids, flag, uidvalidity, on=on)


def _flagged(
    store: Store,
    folder: str,
    uids: Sequence[int],
    flag: str,
    uidvalidity: int,
    *,
    on: bool,
) -> Filed:
    """A mark that can be taken back: where it was so before, it stays so."""
    marked = store.change(folder, uids, flag, uidvalidity, on=on)
    return Filed(len(marked.uids), folder, steps=(marked,) if marked.uids else ())


def mark(store: Store, folder: str, uids: Sequence[int], name: str) -> None:
    flag, on = MARKS[name]
    store.mark(folder, uids, flag, on=on)


def move(
    store: Store, folder: str, uids: Sequence[int], target: str, uidvalidity: int = 0
) -> Filed:
    if folder == target:
        raise Conflict(_ALREADY)
    return _filed(store, target, [store.move(folder, uids, target, uidvalidity)])


def delete(
    store: Store,
    folder: str,
    uids: Sequence[int],
    uidvalidity: int = 0,
    *,
    forever: bool = False,
) -> Filed:
    """To the trash. What is in the trash already goes only `forever`, and nothing
    brings it back: raises Conflict without it."""
    trash = store.special("trash")
    if folder != trash:
        return move(store, folder, uids, trash, uidvalidity)
    if not forever:
        raise Conflict
    store.expunge(folder, uids, uidvalidity)
    return Filed(len(uids), trash, forever=True)


def archive(
    store: Store, folder: str, uids: Sequence[int], uidvalidity: int = 0
) -> Filed:
    """Each to the folder of its year below the archive, made when it is missing. What
    stands there already stays: raises Conflict when that is all. An error in a later
    year ends it: what has moved by then can be told and taken back."""
    years: dict[int, list[int]] = {}
    for uid, received in store.received(folder, uids).items():
        # a year is that of the people who look for it there
        years.setdefault(received.astimezone(PARIS).year, []).append(uid)
    root = _archive_of(store)
    moves: list[Moved] = []
    for year, of_year in sorted(years.items()):
        target = f"{root.name}{root.delimiter or '/'}{year}"
        if target == folder:
            continue
        try:
            moves.append(_moved(store, folder, of_year, target, uidvalidity))
        except ConvergenceError:
            if not any(each.uids for each in moves):
                raise
            break
    if years and not moves:
        raise Conflict(_ALREADY)
    return _filed(store, root.name, moves)


def _archive_of(store: Store) -> Folder:
    name = store.special("archive")
    folders = store.folders()
    # in a folder that was just made, messages may stand beside folders
    found = next((f for f in folders if f.name == name), None)
    if found is None:
        raise FolderMissing
    return found


def _moved(
    store: Store, folder: str, uids: Sequence[int], target: str, uidvalidity: int
) -> Moved:
    """A move to a folder that need not be there yet."""
    try:
        return store.move(folder, uids, target, uidvalidity)
    except FolderMissing:
        store.create(target)
        return store.move(folder, uids, target, uidvalidity)


def junk(store: Store, folder: str, uids: Sequence[int], uidvalidity: int = 0) -> Filed:
    """To the junk folder, as an example of junk for the filter that learns there."""
    moved = _elsewhere(store, folder, uids, store.special("junk"), uidvalidity)
    return _judged(store, moved, JUNK, NOT_JUNK)


def not_junk(
    store: Store, folder: str, uids: Sequence[int], uidvalidity: int = 0
) -> Filed:
    moved = _elsewhere(store, folder, uids, INBOX, uidvalidity)
    return _judged(store, moved, NOT_JUNK, JUNK)


def _elsewhere(
    store: Store, folder: str, uids: Sequence[int], target: str, uidvalidity: int
) -> Moved:
    if folder == target:
        raise Conflict(_ALREADY)
    return store.move(folder, uids, target, uidvalidity)


def _judged(store: Store, moved: Moved, mark: str, other: str) -> Filed:
    steps: list[Step] = [moved]
    if moved.new_uids:
        # a server that knows no keywords still has the folder
        with suppress(ConvergenceError):
            for flag, on in ((mark, True), (other, False)):
                marked = store.change(moved.target, moved.new_uids, flag, on=on)
                steps += [marked] if marked.uids else []
    return _filed(store, moved.target, steps)


def token(store: Store, filed: Filed) -> str:
    """By which a page asks to undo it; "" when nothing can be taken back."""
    return undoing.token(store.address, filed.steps)


def restore(store: Store, token: str) -> Filed:
    """Undo an act: exactly those come back. Raises InputRefused for a token that is not
    ours or too old, MessageMissing when they are no longer where they were put."""
    count = undoing.restore(store, undoing.read(token, store.address))
    return Filed(count, "")


def _filed(store: Store, target: str, steps: Sequence[Step]) -> Filed:
    count = sum(len(s.uids) for s in steps if isinstance(s, Moved))
    # without UIDPLUS the server does not say where they are: no undo
    undone = tuple(s for s in steps if not isinstance(s, Moved) or s.new_uids)
    return Filed(count, target, steps=undone)
