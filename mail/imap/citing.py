"""Who cites whom in several folders: the messages of an exchange outside of the folder
in which it is read.

Dovecot has no search over several folders (RFC 7377): each is searched by itself, but
only when something came to it or left it since the same was asked.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from datetime import date

from django.core.cache import cache

from convergence.errors import FolderMissing
from mail import headers
from mail.imap import guard
from mail.imap.connection import Command, Connection
from mail.imap.folders import contents
from mail.imap.parse import fetched, number_of, slice_from_end
from mail.imap.searching import found_by
from mail.messages import Folder

FOUND_MAX = 200
LAST_MAX = 200
NAMES_MAX = 12
KEPT_SECONDS = 24 * 3600
# what is not searched by then is left for the next time: somebody waits
SECONDS = 1.5
_NAME = re.compile(r"<[!-;=?-~]{1,248}>")
_FIELDS = (b"MESSAGE-ID", b"REFERENCES", b"IN-REPLY-TO")
_HEADERS = b"BODY.PEEK[HEADER.FIELDS (%b)]<0.32768>" % b" ".join(_FIELDS)
_MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def citing(
    connection: Connection, folders: Sequence[Folder], names: Sequence[str], since: date
) -> dict[str, tuple[int, ...]]:
    """By folder, the UIDs of what has or cites one of the `names`."""
    asked = [name for name in names if _NAME.fullmatch(name)][:NAMES_MAX]
    if not asked:
        return {}
    keys = {
        _key(connection.login, folder, asked, since): folder
        for folder in folders
        if contents(folder)
    }
    known: dict[str, list[int]] = cache.get_many(list(keys))
    found = {keys[key].name: tuple(uids) for key, uids in known.items()}
    fresh = {}
    end = time.monotonic() + SECONDS
    for key, folder in keys.items():
        if key not in known and time.monotonic() < end:
            found[folder.name] = _searched(connection, folder.name, asked, since)
            fresh[key] = list(found[folder.name])
    if fresh:
        cache.set_many(fresh, KEPT_SECONDS)
    return {name: uids for name, uids in found.items() if uids}


def _key(login: str, folder: Folder, names: Sequence[str], since: date) -> str:
    told = "\0".join((login, folder.name, contents(folder), str(since), *names))
    return f"citing:{hashlib.blake2b(told.encode(), digest_size=16).hexdigest()}"


def _searched(
    connection: Connection, folder: str, names: Sequence[str], since: date
) -> tuple[int, ...]:
    """The last of them; nothing in a folder that has gone meanwhile. A full-text index
    finds what is only alike, and knows no References (fts_xapian): what is found is
    compared, and so are the last messages, where one's own answers are."""
    try:
        found = found_by(connection, folder, _command(names, since))
        recent = found_by(connection, folder, (_since(since),))
    except FolderMissing:
        return ()
    uids = {*slice_from_end(found, 0, FOUND_MAX), *slice_from_end(recent, 0, LAST_MAX)}
    return tuple(sorted(_citing(connection, sorted(uids), names))) if uids else ()


def _citing(
    connection: Connection, uids: Sequence[int], names: Sequence[str]
) -> Iterator[int]:
    command = b"UID FETCH %b (UID %b)" % (guard.uid_set(uids), _HEADERS)
    for line in connection.run(command)[0].untagged:
        parsed = fetched(line) if b" FETCH (" in line[:32] else None
        told = parsed[1].get(b"BODY[HEADER.FIELDS]") if parsed else None
        if parsed and set(headers.message_ids(told or b"")) & set(names):
            yield number_of(parsed[1].get(b"UID"))


def _command(names: Sequence[str], since: date) -> Command:
    """The date first: the index of the server knows it, so that it looks into the
    headers of few messages."""
    return (b"%b %b" % (_since(since), _criteria(names)),)


def _since(since: date) -> bytes:
    month = _MONTHS[since.month - 1]
    return b"UID SEARCH SINCE %d-%b-%d" % (since.day, month, since.year)


def _criteria(names: Sequence[str]) -> bytes:
    every = [
        b"HEADER %b %b" % (field, guard.quoted(name.encode()))
        for name in names
        for field in _FIELDS
    ]
    return b" ".join([*(b"OR " + each for each in every[:-1]), every[-1]])
