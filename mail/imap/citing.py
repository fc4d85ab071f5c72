"""Who cites whom in several folders: the messages of an exchange outside of the folder
in which it is read.

The last messages of each folder are known (mail/imap/recents.py). Beyond, each is
searched by itself, because Dovecot has no search over several folders (RFC 7377); what
was found is remembered.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from django.core.cache import cache

from convergence.errors import FolderMissing
from mail import headers
from mail.imap import guard, recents
from mail.imap.connection import Command, Connection
from mail.imap.folders import contents
from mail.imap.folders import uids as uids_of
from mail.imap.parse import fetches, number_of, slice_from_end
from mail.imap.searching import found_by
from mail.messages import Citing, Folder
from mail.store import TOGETHER_MAX

NAMES_MAX = 12
KEPT_SECONDS = 24 * 3600
# what is not searched by then is left for the next time: somebody waits
SECONDS = 1.5
_NAME = re.compile(r"<[!-;=?-~]{1,248}>")
_FIELDS = (b"MESSAGE-ID", b"REFERENCES", b"IN-REPLY-TO")


def citing(
    connection: Connection,
    folders: Sequence[Folder],
    names: Sequence[str],
    since: date,
    *,
    search: bool,
) -> Citing:
    """By folder, the UIDs of what has or cites one of the `names`."""
    asked = [name for name in names if _NAME.fullmatch(name)][:NAMES_MAX]
    usable = [folder for folder in folders if contents(folder)]
    if not asked:
        return Citing({}, whole=True)
    patience = SECONDS if search else recents.SECONDS
    found, late = recents.citing(connection, usable, asked, patience)
    beyond = [f for f in usable if f.messages > recents.window(f) or f in late]
    searched = _known(connection, [f for f in beyond if f not in late], asked[0])
    if search:
        searched |= _searched(connection, beyond, asked, since, searched)
    for name, uids in searched.items():
        found.setdefault(name, set()).update(uids)
    told = {n: tuple(sorted(uids)[-TOGETHER_MAX:]) for n, uids in found.items() if uids}
    return Citing(told, whole=len(searched) == len(beyond))


def _known(
    connection: Connection, folders: Sequence[Folder], root: str
) -> dict[str, list[int]]:
    """What earlier searches found, by folder. The first name stands for the exchange:
    what cites a new message is new, and while fewer messages have come than `recents`
    knows, a search would find no more."""
    keys = {_key(connection.login, f, root): f for f in folders}
    kept = cache.get_many(list(keys)) if keys else {}
    return {
        keys[key].name: uids
        for key, (uidnext, uids) in kept.items()
        if uids_of(keys[key])[1] - uidnext < recents.window(keys[key])
    }


def _searched(
    connection: Connection,
    folders: Sequence[Folder],
    names: Sequence[str],
    since: date,
    known: Collection[str],
) -> dict[str, list[int]]:
    """What is found in the folders that are not known, so long as there is time."""
    found: dict[str, list[int]] = {}
    fresh: dict[str, tuple[int, list[int]]] = {}
    end = time.monotonic() + SECONDS
    for folder in folders:
        if folder.name not in known and time.monotonic() < end:
            uids = found[folder.name] = _search(connection, folder.name, names, since)
            key = _key(connection.login, folder, names[0])
            fresh[key] = (uids_of(folder)[1], uids)
    if fresh:
        cache.set_many(fresh, KEPT_SECONDS)
    return found


def _key(login: str, folder: Folder, root: str) -> str:
    uidvalidity = str(uids_of(folder)[0])
    told = "\0".join((login, folder.name, uidvalidity, root))
    return f"citing:{hashlib.blake2b(told.encode(), digest_size=16).hexdigest()}"


def _search(
    connection: Connection, folder: str, names: Sequence[str], since: date
) -> list[int]:
    """The last of them; nothing in a folder that has gone meanwhile. A full-text index
    finds what is only alike: what is found is compared."""
    try:
        found = found_by(connection, folder, _command(names, since))
    except FolderMissing:
        return []
    uids = slice_from_end(found, 0, TOGETHER_MAX)
    return sorted(_citing(connection, uids, names)) if uids else []


def _citing(
    connection: Connection, uids: Sequence[int], names: Sequence[str]
) -> Iterator[int]:
    command = b"UID FETCH %b (UID %b)" % (guard.uid_set(uids), recents.FIELDS)
    for _number, items in fetches(connection.run(command)[0].untagged):
        told = items.get(b"BODY[HEADER.FIELDS]") or b""
        if set(headers.message_ids(told)) & set(names):
            yield number_of(items.get(b"UID"))


def _command(names: Sequence[str], since: date) -> Command:
    """The date first: the index of the server knows it, so that it looks into the
    headers of few messages."""
    return (b"UID SEARCH SINCE %b %b" % (guard.day(since), _criteria(names)),)


def _criteria(names: Sequence[str]) -> bytes:
    every = [
        b"HEADER %b %b" % (field, guard.quoted(name.encode()))
        for name in names
        for field in _FIELDS
    ]
    return b" ".join([*(b"OR " + each for each in every[:-1]), every[-1]])
