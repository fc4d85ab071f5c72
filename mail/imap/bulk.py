"""Many messages at once: which they are, when they came, which of them changed. A few
commands, however many messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from convergence.errors import MessageMissing
from mail.imap import changing, guard, searching
from mail.imap.connection import SLOW, Connection
from mail.imap.fetching import selected, state_of
from mail.imap.parse import count, internal_date
from mail.messages import FLAGGED, SEEN, Chosen, Marked, Query

_RECEIVED = re.compile(
    rb"\* \d{1,10} FETCH \((?:UID (\d{1,10}) )?INTERNALDATE \"([^\"]{1,40})\""
    rb"(?: UID (\d{1,10}))?\)",
    re.IGNORECASE,
)
# numbers per message: beyond, asking which they are costs less than trying them all
_SPARSE = 5
# a command line of some twenty thousand octets is read by every server
_RUNS_MAX = 1_000
# (those that have it, those that have not)
_CRITERIA = {SEEN: (b"SEEN", b"UNSEEN"), FLAGGED: (b"FLAGGED", b"UNFLAGGED")}


def change(
    connection: Connection,
    folder: str,
    uids: Sequence[int],
    flag: str,
    *,
    on: bool,
    uidvalidity: int = 0,
) -> Marked:
    """The flag is set (or unset) where it was not so: those are told, so that exactly
    they can be changed back. Raises KeywordRefused as `changing.mark` does."""
    name = guard.flag(flag)
    keyword = (b"KEYWORD " + name, b"UNKEYWORD " + name)
    criterion = _CRITERIA.get(flag, keyword)[on]
    command = b"UID SEARCH %b UID %b" % (criterion, guard.uid_set(uids))
    selected(connection, folder)
    known = state_of(connection).uidvalidity
    if uidvalidity and known != uidvalidity:
        raise MessageMissing
    changing.keep(connection, name, on=on)
    [answer] = connection.run(command, patience=SLOW)
    changed = searching.uids_of(answer)
    if changed:
        sign = b"+" if on else b"-"
        store = b"UID STORE %b %bFLAGS.SILENT (%b)"
        chosen = guard.uid_set(changed)
        connection.run(store % (chosen, sign, name), patience=SLOW)
    return Marked(folder, known, changed, flag, on)


def unmark_all(connection: Connection, folder: str, flag: str) -> int:
    """Take a flag off all that have it; the server is told runs, never one by one."""
    name = guard.keyword(flag)
    found = searching.found_by(connection, folder, (b"UID SEARCH KEYWORD " + name,))
    for at in range(0, len(found), _RUNS_MAX):
        runs = b",".join(b"%d:%d" % run for run in found[at : at + _RUNS_MAX])
        command = b"UID STORE %b -FLAGS.SILENT (%b)" % (runs, name)
        connection.run(command, patience=SLOW)
    return count(found)


def received(
    connection: Connection, folder: str, uids: Sequence[int]
) -> dict[int, datetime]:
    command = b"UID FETCH %b (UID INTERNALDATE)" % guard.uid_set(uids)
    lines = selected(connection, folder, command, patience=SLOW)[-1].untagged
    found = {}
    for line in lines:
        if match := _RECEIVED.match(line):
            found[int(match[1] or match[3] or 0)] = internal_date(match[2])
    found.pop(0, None)
    return found


def matching(connection: Connection, folder: str, query: Query, state: str) -> Chosen:
    """All that matches; of a whole folder one run, though it may have holes: no list of
    its messages is needed to act on it."""
    selected(connection, folder)
    known = state_of(connection)
    end = known.uidnext
    if state:
        uidnext, uidvalidity = _moment(state)
        if uidvalidity != known.uidvalidity:
            raise MessageMissing
        end = min(end, uidnext) if end else uidnext
    if end and not query and end <= _SPARSE * (known.exists + 1_000):
        return Chosen(range(1, end), known.exists, _written(end, known.uidvalidity))
    found = searching.all_of(connection, folder, query)
    uids = tuple(uid for uid in found if not end or uid < end)
    moment = _written(end or max(uids, default=0) + 1, known.uidvalidity)
    return Chosen(uids, len(uids), moment)


def _written(uidnext: int, uidvalidity: int) -> str:
    """As `_moment` reads it: servers without CONDSTORE tell no state."""
    return f"0-0-{uidnext}-{uidvalidity}"


def _moment(state: str) -> tuple[int, int]:
    """(UIDNEXT, UIDVALIDITY) of a folder's state (folders.contents)."""
    numbers = (w if w.isascii() and w.isdigit() else "0" for w in state.split("-"))
    words = [int(word) for word in numbers]
    if len(words) < 4 or not words[2]:
        raise MessageMissing
    return words[2], words[3]
