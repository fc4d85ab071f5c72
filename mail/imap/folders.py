"""Folders: one LIST with STATUS where the server can (RFC 5819)."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import Any

from imapclient.imap_utf7 import decode

from convergence.errors import Conflict
from mail.imap import guard
from mail.imap.connection import Connection
from mail.imap.parse import values
from mail.messages import Folder, Quota, Special

SCHEDULED = "Programmés"
_USES: dict[str, Special] = {
    "\\drafts": "drafts",
    "\\sent": "sent",
    "\\archive": "archive",
    "\\junk": "junk",
    "\\trash": "trash",
    "\\all": "all",
    "\\flagged": "flagged",
}
# servers without SPECIAL-USE: the usual names, in French and English
_NAMES: dict[str, Special] = {
    "drafts": "drafts",
    "brouillons": "drafts",
    "sent": "sent",
    "sent items": "sent",
    "sent messages": "sent",
    "envoyés": "sent",
    "trash": "trash",
    "deleted items": "trash",
    "corbeille": "trash",
    "junk": "junk",
    "spam": "junk",
    "indésirables": "junk",
    "pourriels": "junk",
    "archive": "archive",
    "archives": "archive",
}
_CREATED: dict[str, str] = {
    "drafts": "Drafts",
    "sent": "Sent",
    "archive": "Archive",
    "junk": "Junk",
    "trash": "Trash",
    "scheduled": SCHEDULED,
    "inbox": "INBOX",
}


def every(connection: Connection) -> tuple[Folder, ...]:
    """All folders with their counts."""
    if connection.has("LIST-STATUS") and connection.has("LIST-EXTENDED"):
        use = b"SPECIAL-USE " if connection.has("SPECIAL-USE") else b""
        command = b'LIST "" "*" RETURN (' + use + b"STATUS (MESSAGES UNSEEN))"
        return _folders(connection.run(command)[0].untagged)
    return _one_by_one(connection)


def _one_by_one(connection: Connection) -> tuple[Folder, ...]:
    lines = connection.run(b'LIST "" "*"')[0].untagged
    found = _folders(lines)
    names = [guard.mailbox(f.name) for f in found if f.selectable]
    commands = [b"STATUS " + name + b" (MESSAGES UNSEEN)" for name in names]
    more = [line for a in connection.run(*commands) for line in a.untagged]
    return _folders((*lines, *more))


@lru_cache(maxsize=512)
def _folders(lines: tuple[bytes, ...]) -> tuple[Folder, ...]:
    """The same answer gives the same value: nothing is parsed twice."""
    listed: list[tuple[str, str, frozenset[str]]] = []
    counts: dict[str, tuple[int, int]] = {}
    for line in lines:
        tokens = values(line)
        verb = tokens[1].upper() if len(tokens) > 3 else b""
        if verb == b"LIST":
            listed.append(_listed(tokens))
        elif verb == b"STATUS":
            counts[_name(tokens[2])] = _counts(tokens[3])
    has_uses = any(f & _USES.keys() for _n, _d, f in listed)
    return tuple(
        _folder(name, delimiter, flags, counts.get(name, (0, 0)), has_uses)
        for name, delimiter, flags in listed
    )


def _listed(tokens: list[Any]) -> tuple[str, str, frozenset[str]]:
    flags = frozenset(f.decode("ascii", "replace").lower() for f in tokens[2] if f)
    delimiter = (tokens[3] or b"").decode("ascii", "replace")
    return _name(tokens[4]), delimiter, flags


def _name(raw: bytes | None) -> str:
    name: str = decode(raw or b"")
    return "INBOX" if name.upper() == "INBOX" else name


def _counts(items: list[Any]) -> tuple[int, int]:
    pairs = dict(zip(items[::2], items[1::2], strict=False))
    return int(pairs.get(b"MESSAGES", 0)), int(pairs.get(b"UNSEEN", 0))


def _folder(
    name: str,
    delimiter: str,
    flags: frozenset[str],
    counts: tuple[int, int],
    has_uses: bool,
) -> Folder:
    special = next((_USES[f] for f in flags if f in _USES), None)
    if name == "INBOX":
        special = "inbox"
    elif name == SCHEDULED:
        special = "scheduled"
    elif not has_uses:
        special = _NAMES.get(name.lower())
    selectable = not flags & {"\\noselect", "\\nonexistent"}
    return Folder(name, delimiter, special, selectable, *counts)


def create(connection: Connection, name: str) -> None:
    """Create and subscribe; no error when it exists."""
    encoded = guard.mailbox(name)
    with suppress(Conflict):
        connection.run(b"CREATE " + encoded)
    connection.run(b"SUBSCRIBE " + encoded)


def special(connection: Connection, use: str) -> str:
    """The folder of this special use, created when there is none."""
    found = next((f.name for f in every(connection) if f.special == use), "")
    if not found:
        found = _CREATED[use]
        create(connection, found)
    return found


def state(connection: Connection, folder: str) -> str:
    """A token that changes when a folder's content or flags do."""
    items = b"MESSAGES UIDNEXT UIDVALIDITY UNSEEN"
    if connection.has("CONDSTORE"):
        items += b" HIGHESTMODSEQ"
    command = b"STATUS " + guard.mailbox(folder) + b" (" + items + b")"
    lines = connection.run(command)[0].untagged
    for line in lines:
        tokens = values(line)
        if len(tokens) > 3 and tokens[1].upper() == b"STATUS":
            return "-".join(v.decode() for v in tokens[3][1::2])
    return ""


def quota(connection: Connection) -> Quota:
    if not connection.has("QUOTA"):
        return Quota()
    for line in connection.run(b"GETQUOTAROOT INBOX")[0].untagged:
        tokens = values(line)
        if len(tokens) > 3 and tokens[1].upper() == b"QUOTA":
            found = tokens[3]
            for name, used, limit in zip(*[iter(found)] * 3, strict=False):
                if name.upper() == b"STORAGE":
                    return Quota(int(used) * 1024, int(limit) * 1024)
    return Quota()
