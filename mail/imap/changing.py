"""Changes: flags, moves, deposits and final deletion, one command each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from convergence.errors import (
    Conflict,
    FolderMissing,
    KeywordRefused,
    MessageMissing,
)
from mail.imap import guard
from mail.imap.connection import SLOW, Answer, Connection, Literal
from mail.imap.fetching import selected, state_of
from mail.imap.parse import number_of, uid_ranges
from mail.messages import Moved


def mark(
    connection: Connection, folder: str, uids: Sequence[int], flag: str, *, on: bool
) -> None:
    sign, name = b"+" if on else b"-", guard.flag(flag)
    command = b"UID STORE %b %bFLAGS.SILENT (%b)" % (guard.uid_set(uids), sign, name)
    connection.select(folder)
    keep(connection, name, on=on)
    # MessageMissing: some servers say so of those that are gone
    with suppress(MessageMissing):
        connection.run(command)


def keep(connection: Connection, name: bytes, *, on: bool) -> None:
    """Raises KeywordRefused when the folder would not keep it (PERMANENTFLAGS)."""
    if on and not name.startswith(b"\\") and not state_of(connection).keeps(name):
        raise KeywordRefused


def move(
    connection: Connection,
    folder: str,
    uids: Sequence[int],
    target: str,
    uidvalidity: int = 0,
) -> Moved:
    """In a folder that was just selected, or brought up to date. Raises MessageMissing
    when it is no longer that of `uidvalidity`."""
    if _same(folder, target):
        raise Conflict
    chosen, name = guard.uid_set(uids), guard.mailbox(target)
    verb = b"MOVE" if connection.has("MOVE") else b"COPY"
    connection.select(folder)
    if uidvalidity and state_of(connection).uidvalidity != uidvalidity:
        raise MessageMissing
    try:
        [answer] = connection.run(b"UID %b %b %b" % (verb, chosen, name), patience=SLOW)
    except FolderMissing:
        # which of the two is gone? selecting again tells
        connection.unselect()
        raise
    if verb == b"COPY":
        expunge(connection, folder, uids)
    return _moved(connection, answer, uids, Moved(folder, target, (), ()))


def _same(folder: str, target: str) -> bool:
    return folder == target or folder.upper() == target.upper() == "INBOX"


def _moved(
    connection: Connection, answer: Answer, asked: Sequence[int], moved: Moved
) -> Moved:
    code = answer.code(b"COPYUID").split()
    if len(code) == 3 and re.fullmatch(rb"[\d:,]{1,500000}", code[1] + code[2]):
        old, new = uid_ranges(code[1]), uid_ranges(code[2])
        return replace(
            moved,
            uids=tuple(old),
            new_uids=tuple(new),
            target_uidvalidity=number_of(code[0]),
        )
    # a server with UIDPLUS is silent when nothing moved; others always are
    return moved if connection.has("UIDPLUS") else replace(moved, uids=tuple(asked))


def expunge(
    connection: Connection, folder: str, uids: Sequence[int], uidvalidity: int = 0
) -> None:
    """Only these leave: UID EXPUNGE (RFC 4315), and none of a folder that is no longer
    that of `uidvalidity`: they left with it. Without UIDPLUS they are marked
    \\Deleted, and the server removes them when it sees fit: a plain EXPUNGE would take
    what others have marked."""
    chosen = guard.uid_set(uids)
    commands = [b"UID STORE %b +FLAGS.SILENT (\\Deleted)" % chosen]
    if connection.has("UIDPLUS"):
        commands.append(b"UID EXPUNGE %b" % chosen)
    selected(connection, folder)
    if uidvalidity and state_of(connection).uidvalidity != uidvalidity:
        return
    with suppress(MessageMissing):
        connection.run(*commands, patience=SLOW)


def append(
    connection: Connection,
    folder: str,
    message: bytes,
    flags: Sequence[str],
    at: datetime | None,
) -> int:
    """The new UID (APPENDUID), 0 when the server does not tell."""
    command = b"APPEND " + guard.mailbox(folder)
    if flags:
        command += b" (" + b" ".join(guard.flag(f) for f in flags) + b")"
    if at is not None:
        command += b" " + guard.moment(at)
    code = connection.run((command + b" ", Literal(message)), patience=SLOW)[0].code(
        b"APPENDUID"
    )
    return number_of(code.split()[-1]) if code else 0


def wake(connection: Connection) -> None:
    """Find out whether the connection still lives, before what may not be repeated."""
    if connection.reused:
        connection.run(b"NOOP")
