"""Which messages have attachments. A server that looks at delivery says so by keywords
($HasAttachment, $HasNoAttachment); the structure of the others is asked for, newest
first and only so many at a time, and what was seen is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.cache import cache as kept

from mail import mime
from mail.imap import cache, guard
from mail.imap.connection import SLOW, Connection
from mail.imap.fetching import state_of
from mail.imap.parse import Ranges, count, fetches, number_of

WITH, WITHOUT = b"$HasAttachment", b"$HasNoAttachment"
EXAMINED_MAX = 1_000
_SECONDS = 7 * 24 * 3600


def among(
    connection: Connection, folder: str, doubtful: Ranges
) -> tuple[list[int], int]:
    """(those of these messages that have attachments, how many are not examined)."""
    if not doubtful:
        return [], 0
    validity = state_of(connection).uidvalidity
    key = "attached:" + cache.prefix(connection.login, folder, validity)
    seen = _load(key) if validity else {}
    todo = _newest(doubtful, seen)
    seen |= _examined(connection, todo)
    if validity and todo:
        kept.set(key, {str(uid): int(has) for uid, has in seen.items()}, _SECONDS)
    known = [uid for uid in seen if _within(doubtful, uid)]
    left = count(doubtful) - len(known)
    return [uid for uid in known if seen[uid]], max(0, left)


def _load(key: str) -> dict[int, bool]:
    raw = kept.get(key)
    pairs = raw.items() if isinstance(raw, dict) else ()
    return {int(uid): bool(has) for uid, has in pairs if uid.isdecimal()}


def _newest(doubtful: Ranges, seen: dict[int, bool]) -> list[int]:
    """Those to look at now."""
    todo: list[int] = []
    for first, last in reversed(doubtful):
        for uid in range(last, first - 1, -1):
            if uid not in seen:
                todo.append(uid)
                if len(todo) == EXAMINED_MAX:
                    return todo
    return todo


def _examined(connection: Connection, todo: Sequence[int]) -> dict[int, bool]:
    if not todo:
        return {}
    command = b"UID FETCH %b (UID BODYSTRUCTURE)" % guard.uid_set(todo)
    found = dict.fromkeys(todo, False)
    [answer] = connection.run(command, patience=SLOW)
    for _number, items in fetches(answer.untagged):
        if raw := items.get(b"BODYSTRUCTURE"):
            structure = mime.structure(raw)
            found[number_of(items.get(b"UID"))] = mime.has_attachment(structure)
    return found


def _within(found: Iterable[tuple[int, int]], uid: int) -> bool:
    return any(first <= uid <= last for first, last in found)
