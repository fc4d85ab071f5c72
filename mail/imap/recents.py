"""What the last messages of each folder have and cite, as it was told once: so that an
exchange is gathered over a whole mailbox without asking the server anything that has
not changed. Of the identifiers hashes are kept (blake2b, 64 bits), in this process and
in Redis; losing them costs one FETCH a folder.
"""

from __future__ import annotations

import hashlib
import time
from array import array
from base64 import b64decode, b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache

from convergence.errors import FolderMissing
from convergence.recent import Recent
from mail import headers
from mail.imap.connection import Answer, Connection
from mail.imap.fetching import selected, state_of
from mail.imap.folders import contents
from mail.imap.folders import uids as uids_of
from mail.imap.parse import fetches, number_of
from mail.messages import Folder

LAST_MAX = 500
# one's own answers: most exchanges have some
SENT_MAX = 1000
KEPT_HERE = 64_000_000  # octets
# what a folder takes beside its pairs
_OWN = 1_500
KEPT_SECONDS = 7 * 24 * 3600
# folders that are not looked at by then wait for the next time: a page is opened
SECONDS = 0.25
FIELDS = b"BODY.PEEK[HEADER.FIELDS (MESSAGE-ID REFERENCES IN-REPLY-TO)]<0.32768>"


@dataclass(slots=True)
class Recents:
    """Pairs of an identifier (hashed) and a UID, in their order; `told` is the state of
    the folder they are of, `last` the newest UID of it."""

    told: str = ""
    uidvalidity: int = 0
    last: int = 0
    names: array[int] = field(default_factory=lambda: array("Q"))
    uids: array[int] = field(default_factory=lambda: array("Q"))

    def citing(self, names: Iterable[int]) -> set[int]:
        found: set[int] = set()
        for name in names:
            at = bisect_left(self.names, name)
            if at < len(self.names) and self.names[at] == name:
                found.update(self.uids[at : bisect_right(self.names, name)])
        return found


def _weight(recents: Recents) -> int:
    return _OWN + recents.names.itemsize * (len(recents.names) + len(recents.uids))


_near: Recent[str, Recents] = Recent(KEPT_HERE, _weight)


def window(folder: Folder) -> int:
    """How many of its messages are known here."""
    return SENT_MAX if folder.special == "sent" else LAST_MAX


def citing(
    connection: Connection,
    folders: Sequence[Folder],
    names: Sequence[str],
    patience: float = SECONDS,
) -> tuple[dict[str, set[int]], list[Folder]]:
    """By folder, which of the last messages have or cite one of the `names`; and the
    folders for which there was no time in `patience` seconds."""
    hashed = {_hash(name) for name in names}
    keys = {_key(connection.login, folder): folder for folder in folders}
    known = _load(list(keys))
    found: dict[str, set[int]] = {}
    fresh: dict[str, Recents] = {}
    late = []
    end = time.monotonic() + patience
    for key, folder in keys.items():
        recents = known.get(key) or Recents()
        if recents.told != contents(folder) or not recents.told:
            if time.monotonic() > end:
                late.append(folder)
                continue
            recents = fresh[key] = _renewed(connection, folder, recents)
        found[folder.name] = recents.citing(hashed)
    _save(fresh)
    return found, late


def _hash(name: str) -> int:
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _key(login: str, folder: Folder) -> str:
    told = f"{login}\0{folder.name}\0{window(folder)}".encode()
    return f"cited:{hashlib.blake2b(told, digest_size=16).hexdigest()}"


def _renewed(connection: Connection, folder: Folder, before: Recents) -> Recents:
    """With what came since. What has left stays, and is found by nobody; so that it
    takes nobody's place, all is read again when twice the window is known."""
    try:
        selected(connection, folder.name)
    except FolderMissing:
        return Recents()
    known = state_of(connection)
    is_same = before.uidvalidity == known.uidvalidity != 0
    if not is_same or uids_of(folder)[1] - before.last > window(folder):
        return _read(connection, folder)
    asked = b"UID FETCH %d:* (UID %b)" % (before.last + 1, FIELDS)
    # `n:*` gives the last message also when it is older than n
    new = [(u, n) for u, n in _told(connection.run(asked)[0]) if u > before.last]
    made = _made(folder, known.uidvalidity, before, new)
    return (
        made if len(set(made.uids)) <= 2 * window(folder) else _read(connection, folder)
    )


def _read(connection: Connection, folder: Folder) -> Recents:
    """The last messages, as many as the window has."""
    known = state_of(connection)
    told: list[tuple[int, list[int]]] = []
    if known.exists:
        first = max(1, known.exists - window(folder) + 1)
        told = list(_told(connection.run(b"FETCH %d:* (UID %b)" % (first, FIELDS))[0]))
    return _made(folder, known.uidvalidity, Recents(), told)


def _made(
    folder: Folder,
    uidvalidity: int,
    before: Recents,
    told: Sequence[tuple[int, list[int]]],
) -> Recents:
    last = max((uid for uid, _names in told), default=before.last)
    new = ((name, uid) for uid, names in told for name in names)
    pairs = sorted((*zip(before.names, before.uids, strict=True), *new))
    names = array("Q", (name for name, _uid in pairs))
    uids = array("Q", (uid for _name, uid in pairs))
    return Recents(contents(folder), uidvalidity, last, names, uids)


def _told(answer: Answer) -> Iterator[tuple[int, list[int]]]:
    """(UID, what it has and cites) of each message."""
    for _number, items in fetches(answer.untagged):
        told = items.get(b"BODY[HEADER.FIELDS]") or b""
        names = dict.fromkeys(headers.message_ids(told))
        yield number_of(items.get(b"UID")), [_hash(name) for name in names]


def _load(keys: Sequence[str]) -> dict[str, Recents]:
    found = {key: near for key in keys if (near := _near.get(key)) is not None}
    missing = [key for key in keys if key not in found]
    far = cache.get_many(missing) if missing else {}
    for key, raw in far.items():
        found[key] = _thawed(raw)
        _near.put(key, found[key])
    return found


def _save(fresh: dict[str, Recents]) -> None:
    for key, recents in fresh.items():
        _near.put(key, recents)
    if fresh:
        frozen = {key: _frozen(recents) for key, recents in fresh.items()}
        cache.set_many(frozen, KEPT_SECONDS)


def _frozen(recents: Recents) -> list[Any]:
    pairs = (
        b64encode(pairs.tobytes()).decode() for pairs in (recents.names, recents.uids)
    )
    return [recents.told, recents.uidvalidity, recents.last, *pairs]


def _thawed(raw: Any) -> Recents:
    """Nothing for what another version of the site has written."""
    try:
        told, uidvalidity, last, names, uids = raw
        found = Recents(told, uidvalidity, last)
        found.names.frombytes(b64decode(names))
        found.uids.frombytes(b64decode(uids))
    except (ValueError, TypeError):
        return Recents()
    return found if len(found.names) == len(found.uids) else Recents()
