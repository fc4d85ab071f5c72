"""Tracking: what became of a message that was sent, for each of its recipients.

First what the submission server said, then the reports of delivery and of reading that
came back (RFC 3464, RFC 8098): they lie in the mailbox, and are read when it is asked.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import Mailbox
from convergence.errors import FolderMissing, MessageMissing
from mail import reports
from mail.messages import Message, Query
from mail.models import Outgoing, Recipient
from mail.reports import Fate
from mail.store import Store

# while a person waits
SECONDS = 3.0
EXAMINED_MAX = 60
_SERVERS = ("mailer-daemon", "postmaster")
_WHERE = ("inbox", "archive", "trash", "junk")


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that is known of a recipient; `at`, `folder` and `uid` are those of the
    report that says so."""

    address: str
    words: str
    why: str = ""
    is_good: bool = True
    at: datetime | None = None
    folder: str = ""
    uid: int = 0


def of(store: Store, mailbox: Mailbox, message: Message) -> dict[str, list[Trace]]:
    """By recipient, in the order of the message, oldest first."""
    name = message.header.message_id
    row = mailbox.outgoing.filter(message_id=name).first() if name else None
    found = [*_submitted(row), *_reported(store, message, row)]
    named = [a.email for a in (*message.header.to, *message.header.cc)]
    traces: dict[str, list[Trace]] = {}
    for address in (*named, *(trace.address for trace in found)):
        traces.setdefault(address.lower(), [])
    for trace in sorted(found, key=lambda t: t.at.timestamp() if t.at else 0):
        traces[trace.address.lower()].append(trace)
    return traces


def _submitted(row: Outgoing | None) -> Iterator[Trace]:
    for recipient in row.recipients.order_by("pk") if row else ():
        if recipient.accepted is not None:
            yield _answered(recipient)


def _answered(recipient: Recipient) -> Trace:
    if recipient.accepted:
        return Trace(recipient.address, _("Pris en charge par le serveur d’envoi"))
    words, why = _("Refusé par le serveur d’envoi"), recipient.answer
    return Trace(recipient.address, words, why, is_good=False)


def _reported(store: Store, message: Message, row: Outgoing | None) -> Iterator[Trace]:
    envid = row.pk.hex if row and row.notify else ""
    name, end = message.header.message_id, time.monotonic() + SECONDS
    for folder, uid in _candidates(store, message):
        if time.monotonic() > end:
            return
        try:
            found = store.message(folder, uid)
            report = reports.read(store, found)
        except (FolderMissing, MessageMissing):
            continue
        if report is None:
            continue
        original = report.original.message_id if report.original else ""
        if original == name != "" or report.envid == envid != "":
            for fate in report.fates:
                yield _told(fate, found)


def _candidates(store: Store, message: Message) -> list[tuple[str, int]]:
    """What cites the message, and what mail servers wrote lately."""
    folders = [f for f in store.folders() if f.special in _WHERE and f.messages]
    since = (message.received - timedelta(days=1)).date()
    found: dict[tuple[str, int], None] = {}
    if message.header.message_id:
        citing = store.citing(folders, [message.header.message_id], since)
        for where, uids in citing.uids.items():
            found |= dict.fromkeys((where, uid) for uid in uids)
    for folder in folders:
        for name in _SERVERS if folder.special == "inbox" else _SERVERS[:1]:
            query = Query(text=name, within="sender")
            page = store.search(folder.name, query, 1, EXAMINED_MAX // 3)
            found |= dict.fromkeys((folder.name, s.uid) for s in page.rows)
    return list(found)[:EXAMINED_MAX]


def _told(fate: Fate, report: Message) -> Trace:
    words = {
        "displayed": _("Lu"),
        "deleted": _("Supprimé sans accusé de lecture"),
        "delivered": _("Remis dans la boîte"),
        "relayed": _("Transmis à un serveur qui ne confirme pas la remise"),
        "expanded": _("Remis à une liste"),
        "delayed": _("Retardé"),
        "failed": _("Non remis"),
    }
    return Trace(
        address=fate.address,
        words=words.get(fate.action, fate.action),
        why=fate.why,
        is_good=fate.action not in {"failed", "delayed"},
        at=report.header.date or report.received,
        folder=report.folder,
        uid=report.uid,
    )
