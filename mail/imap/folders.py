"""Folders: one LIST with STATUS where the server can (RFC 5819)."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import Any, Protocol

from imapclient.imap_utf7 import decode

from convergence.errors import Conflict, ConvergenceError
from mail.imap import guard
from mail.imap.connection import Connection, Selected
from mail.imap.errors import Gone
from mail.imap.parse import number_of, values
from mail.messages import SCHEDULED, SNOOZED, Folder, Special

_STATUS = (b"MESSAGES", b"UNSEEN", b"UIDNEXT", b"UIDVALIDITY")
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
    "snoozed": SNOOZED,
    "inbox": "INBOX",
}


class Server(Protocol):
    """Whatever knows what its server can."""

    def has(self, capability: str) -> bool: ...


def every(connection: Connection, *, now: bool = False) -> tuple[Folder, ...]:
    """All folders with their counts; `now`: of the selected one too."""
    if now and connection.selected is not None:
        _bring_up_to_date(connection, connection.selected)
    if connection.has("LIST-STATUS") and connection.has("LIST-EXTENDED"):
        return _folders(connection.run(list_command(connection))[0].untagged)
    return _one_by_one(connection)


def _bring_up_to_date(connection: Connection, selected: Selected) -> None:
    """Of the folder that is selected a server tells what this connection knew last: a
    NOOP changes that, and Dovecot would delay it behind a command sent with it. Raises
    Gone when the folder was made anew: this connection will not see the new one."""
    try:
        connection.run(b"NOOP")
    except Gone:
        raise
    except ConvergenceError as error:
        connection.broken = True
        raise Gone from error
    if selected.doubtful:
        connection.broken = True
        raise Gone


def list_command(server: Server) -> bytes:
    """All folders with their counts, of a server that can (RFC 5819)."""
    use = b"SPECIAL-USE " if server.has("SPECIAL-USE") else b""
    items = status_items(server)
    return b'LIST "" "*" RETURN (' + use + b"STATUS (" + items + b"))"


def status_command(server: Server, folder: str) -> bytes:
    return b"STATUS " + guard.mailbox(folder) + b" (" + status_items(server) + b")"


def _one_by_one(connection: Connection) -> tuple[Folder, ...]:
    lines = connection.run(b'LIST "" "*"')[0].untagged
    found = _folders(lines)
    commands = [status_command(connection, f.name) for f in found if f.selectable]
    more = [line for a in connection.run(*commands) for line in a.untagged]
    return _folders((*lines, *more))


@lru_cache(maxsize=512)
def _folders(lines: tuple[bytes, ...]) -> tuple[Folder, ...]:
    """The same answer gives the same value: nothing is parsed twice."""
    listed: list[tuple[str, str, frozenset[str]]] = []
    counts: dict[str, dict[bytes, bytes]] = {}
    for line in lines:
        if (folder := in_list(line)) is not None:
            listed.append(folder)
        elif (told := in_status(line)) is not None:
            counts[told[0]] = told[1]
    has_uses = any(f & _USES.keys() for _n, _d, f in listed)
    return tuple(
        _folder(name, delimiter, flags, counts.get(name, {}), has_uses)
        for name, delimiter, flags in listed
    )


def in_list(line: bytes) -> tuple[str, str, frozenset[str]] | None:
    """(name, delimiter, flags in lower case) of a LIST answer, else None."""
    if not line.startswith(b"* LIST "):
        return None
    match values(line):
        case [_, b"LIST", list(flags), delimiter, bytes(name), *_]:
            return _name(name), _delimiter(delimiter), _lowered(flags)
    return None


def in_status(line: bytes) -> tuple[str, dict[bytes, bytes]] | None:
    """(name, counts) of a STATUS answer, else None."""
    if not line.startswith(b"* STATUS "):
        return None
    match values(line):
        case [_, b"STATUS", bytes(name), list(items), *_]:
            return _name(name), _counts(items)
    return None


def _lowered(flags: list[Any]) -> frozenset[str]:
    words = (f for f in flags if isinstance(f, bytes))
    return frozenset(f.decode("ascii", "replace").lower() for f in words)


def _delimiter(raw: Any) -> str:
    return raw.decode("ascii", "replace") if isinstance(raw, bytes) else ""


def _name(raw: bytes) -> str:
    try:
        name: str = decode(raw)
    except (UnicodeError, ValueError):
        # not in modified UTF-7: shown as it is, rather than no folder at all
        name = raw.decode("utf-8", "replace")
    return "INBOX" if name.upper() == "INBOX" else name


def status_items(server: Server) -> bytes:
    items = b" ".join(_STATUS)
    return items + b" HIGHESTMODSEQ" if server.has("CONDSTORE") else items


def _counts(items: list[Any]) -> dict[bytes, bytes]:
    words = [item if isinstance(item, bytes) else b"" for item in items]
    return dict(zip(words[::2], words[1::2], strict=False))


def _state(counts: dict[bytes, bytes]) -> str:
    if b"HIGHESTMODSEQ" not in counts:
        # other counts stay the same when a flag changes
        return ""
    values = (counts.get(name, b"") for name in (*_STATUS, b"HIGHESTMODSEQ"))
    return b"-".join(values).decode("ascii", "replace")


def contents(folder: Folder) -> str:
    """Of its state what changes when messages come or go, whatever their flags; "" when
    the server has not told."""
    told = folder.state.split("-")
    return "-".join((told[0], *told[2:4])) if len(told) > 3 and all(told[:4]) else ""


def uids(folder: Folder) -> tuple[int, int]:
    """(UIDVALIDITY, UIDNEXT) of its state, zeros when the server has not told."""
    told = folder.state.split("-")
    return (int(told[3]), int(told[2])) if contents(folder) else (0, 0)


def _folder(
    name: str,
    delimiter: str,
    flags: frozenset[str],
    counts: dict[bytes, bytes],
    has_uses: bool,
) -> Folder:
    special = next((_USES[f] for f in flags if f in _USES), None)
    if name == "INBOX":
        special = "inbox"
    elif name == SCHEDULED:
        special = "scheduled"
    elif name == SNOOZED:
        special = "snoozed"
    elif not has_uses:
        special = _NAMES.get(name.lower())
    selectable = not flags & {"\\noselect", "\\nonexistent"}
    messages, unseen = (number_of(counts.get(n)) for n in (b"MESSAGES", b"UNSEEN"))
    state = _state(counts) if counts else ""
    return Folder(name, delimiter, special, selectable, messages, unseen, state)


def create(connection: Connection, name: str) -> None:
    """Create and subscribe; no error when it exists."""
    encoded = guard.mailbox(name)
    with suppress(Conflict):
        connection.run(b"CREATE " + encoded)
    connection.run(b"SUBSCRIBE " + encoded)


def named(connection: Connection, use: str) -> str:
    """The folder of this special use, "" when there is none."""
    if connection.has("SPECIAL-USE") and connection.has("LIST-EXTENDED"):
        lines = connection.run(b'LIST "" "*" RETURN (SPECIAL-USE)')[0].untagged
    else:
        lines = connection.run(b'LIST "" "*"')[0].untagged
    found = _folders(lines)
    return next((f.name for f in found if f.special == use and f.selectable), "")


def usual_name(use: str) -> str:
    """Under which name a folder of this use is made."""
    return _CREATED[use]
