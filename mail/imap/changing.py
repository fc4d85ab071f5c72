"""Changes: flags, moves, deposits and final deletion, one command each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from convergence.errors import Conflict, FolderMissing
from mail.imap import guard
from mail.imap.connection import Answer, Connection, Literal
from mail.imap.fetching import selected
from mail.imap.parse import uid_ranges
from mail.messages import Moved

_MONTHS = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]


def mark(
    connection: Connection, folder: str, uids: Sequence[int], flag: str, *, on: bool
) -> None:
    sign = b"+" if on else b"-"
    command = b"UID STORE %b %bFLAGS.SILENT (%b)" % (
        guard.uid_set(uids),
        sign,
        guard.flag(flag),
    )
    selected(connection, folder, command)


def move(
    connection: Connection, folder: str, uids: Sequence[int], target: str
) -> Moved:
    if folder == target:
        raise Conflict
    chosen, name = guard.uid_set(uids), guard.mailbox(target)
    verb = b"MOVE" if connection.has("MOVE") else b"COPY"
    try:
        answer = selected(connection, folder, b"UID %b %b %b" % (verb, chosen, name))[0]
    except FolderMissing:
        # which of the two is gone? selecting again tells
        connection.unselect()
        raise
    if verb == b"COPY":
        expunge(connection, folder, uids)
    return _moved(answer, folder, target)


def _moved(answer: Answer, folder: str, target: str) -> Moved:
    code = answer.code(b"COPYUID").split()
    if len(code) != 3 or not re.fullmatch(rb"[\d:,]+", code[1] + code[2]):
        return Moved(folder, target, (), ())
    old, new = uid_ranges(code[1]), uid_ranges(code[2])
    return Moved(folder, target, tuple(old), tuple(new), int(code[0]))


def expunge(connection: Connection, folder: str, uids: Sequence[int]) -> None:
    """Only these leave: UID EXPUNGE (RFC 4315). Without UIDPLUS they are marked
    \\Deleted, and the server removes them when it sees fit: a plain EXPUNGE would take
    what others have marked."""
    chosen = guard.uid_set(uids)
    commands = [b"UID STORE %b +FLAGS.SILENT (\\Deleted)" % chosen]
    if connection.has("UIDPLUS"):
        commands.append(b"UID EXPUNGE %b" % chosen)
    selected(connection, folder, *commands)


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
        command += b" " + _date_time(at)
    # a reused connection may be dead: better known before the message is on its way
    commands: list[bytes | tuple[bytes | Literal, ...]] = []
    if connection.reused:
        connection.run(b"NOOP")
    commands.append((command + b" ", Literal(message)))
    answer = connection.run(*commands)[0]
    code = answer.code(b"APPENDUID").split()
    return int(code[1]) if len(code) == 2 and code[1].isdigit() else 0


def _date_time(at: datetime) -> bytes:
    zone = at.strftime("%z") or "+0000"
    month = _MONTHS[at.month - 1]
    return f'"{at.day:2d}-{month}-{at.year} {at:%H:%M:%S} {zone}"'.encode()
