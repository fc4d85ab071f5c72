"""What became of every message, against what people were told."""

from __future__ import annotations

import mailbox
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from stack import Stack
from tests.kills.writers import Sent, Writer

SCHEDULED = "Programm&AOk-s"
WORDS = {
    "sent": "Envoyé",
    "cancelled": "Annulé",
    "failed": "Échec",
    "unknown": "Issue inconnue",
}
_SUBJECT = re.compile(rb"^Subject: Essai numero (\d+) fin", re.MULTILINE)
# Postfix may deliver one message of its queue twice when it is killed; ours is what it
# was given twice, as two messages of its queue
_QUEUED = re.compile(rb"^Received: .*?\bid ([0-9A-Za-z]+)", re.MULTILINE | re.DOTALL)


@dataclass
class Row:
    pk: str
    number: int
    state: str
    filed: bool


def rows(database: Path) -> list[Row]:
    query = "SELECT id, subject, state, filed FROM mail_outgoing"
    with closing(sqlite3.connect(database, 20)) as connection:
        found = connection.execute(query).fetchall()
    return [
        Row(_dashed(pk), int(subject.split()[2]), state, bool(filed))
        for pk, subject, state, filed in found
    ]


def _dashed(pk: str) -> str:
    return f"{pk[:8]}-{pk[8:12]}-{pk[12:16]}-{pk[16:20]}-{pk[20:]}"


def deliveries(stack: Stack) -> dict[int, set[bytes]]:
    """{number: the messages of Postfix' queue by which it left}."""
    found: dict[int, set[bytes]] = defaultdict(set)
    box = mailbox.Maildir(stack.facts["outside"], create=False)
    for key in box.iterkeys():
        message = box.get_bytes(key)
        if number := _SUBJECT.search(message):
            queued = _QUEUED.search(message)
            assert queued, message[:500]
            found[int(number[1])].add(queued[1])
    return found


def copies(writers: Iterable[Writer], folder: str) -> Counter[int]:
    return Counter(
        int(number)
        for writer in writers
        for message in writer.box.messages(folder)
        for number in _SUBJECT.findall(message)
    )


def wrongs(writers: list[Writer], stack: Stack, database: Path) -> list[str]:
    """Each thing that is not as it was told; none when all is well."""
    left, known = deliveries(stack), rows(database)
    folders = ("Sent", "Drafts", SCHEDULED)
    sent, drafts, waiting = (copies(writers, name) for name in folders)
    by_number: dict[int, list[Row]] = defaultdict(list)
    for row in known:
        by_number[row.number].append(row)
    open_rows = [row for row in known if row.state not in WORDS]
    found = [f"{row.number}: still {row.state}" for row in open_rows]
    found += [f"{row.number}: not filed" for row in known if _unfiled(row)]
    found += [f"{n}: left {len(ids)} times" for n, ids in left.items() if len(ids) > 1]
    for each in (each for writer in writers for each in writer.sent):
        mine = by_number[each.number]
        states = Counter(row.state for row in mine)
        count = len(left[each.number])
        found += _about(each, states, count)
        kept = sent[each.number], drafts[each.number], waiting[each.number]
        found += _kept(each, states, kept)
    return found + _pages(writers, known)


def _unfiled(row: Row) -> bool:
    return row.state in {"sent", "cancelled"} and not row.filed


def _about(each: Sent, states: Counter[str], left: int) -> list[str]:
    found = []
    if each.accepted and not states:
        found.append("lost: accepted, and no row of it")
    if states["sent"] > 1 or (states["sent"] == 1 and left != 1):
        found.append(f"said to be sent, left {left} times")
    if left and not states["sent"] and not states["unknown"]:
        found.append(f"left, and only {dict(states)} is told")
    if each.undone and (left or not states["cancelled"]):
        found.append(f"taken back, and left {left} times: {dict(states)}")
    if each.refused and states["cancelled"]:
        found.append("too late to take back, and cancelled all the same")
    return [f"{each.number} ({each.kind}): {text}" for text in found]


def _kept(each: Sent, states: Counter[str], copies: tuple[int, int, int]) -> list[str]:
    """Where its text is."""
    sent, _drafts, waiting = copies
    found = []
    if states["sent"] and sent != 1:
        found.append(f"{sent} copies in Envoyés")
    if each.accepted and not sum(copies):
        found.append(f"its text is nowhere: {dict(states)}")
    if waiting and not states["failed"] and not states["unknown"]:
        found.append(f"still in Programmés: {dict(states)}")
    return [f"{each.number} ({each.kind}): {text}" for text in found]


def _pages(writers: list[Writer], known: list[Row]) -> list[str]:
    """The page of the outbox says what is so, of all that one may have to act on."""
    shown = {pk: word for writer in writers for pk, word in writer.shown().items()}
    found = [
        f"{row.number}: {row.state}, the page says {shown[row.pk]}"
        for row in known
        if row.pk in shown and shown[row.pk] != WORDS.get(row.state)
    ]
    troubled = [row for row in known if row.state in {"failed", "unknown"}]
    return found + [
        f"{r.number}: not on the page" for r in troubled if r.pk not in shown
    ]
