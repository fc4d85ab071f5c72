"""The copy of what leaves: in Programmés until then, in Envoyés afterwards, in
Brouillons when it was taken back. What fails here is only tried again, never sent
again."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Mailbox
from convergence.errors import ConvergenceError, NotFound
from mail.imap.opening import open_box
from mail.messages import ANSWERED, DRAFT, FORWARDED
from mail.models import Outgoing
from mail.store import Store

logger = logging.getLogger(__name__)
State = Outgoing.State
AGAIN = timedelta(seconds=30)
# what ended a moment ago is still in the hands of a page
IN_HAND = timedelta(seconds=30)
BATCH = 200


def unfiled(at: datetime) -> Iterable[Outgoing]:
    return Outgoing.objects.filter(
        Q(retry_at=None) | Q(retry_at__lte=at),
        state__in=(State.SENT, State.CANCELLED),
        filed=False,
        ended_at__range=(at - timedelta(days=7), at - IN_HAND),
    ).select_related("mailbox")[:BATCH]


def file(row: Outgoing) -> None:
    """Move the copy to Envoyés and flag what it answers (or back to Brouillons, when it
    was cancelled). The message has left: when this fails it is only tried again, never
    sent again."""
    is_there = False
    try:
        with open_box(row.mailbox) as store:
            if row.origin.get("mailing"):
                drop(store, row)
            elif row.state == State.SENT:
                move(store, row, "sent")
                is_there = True
                _flag_where_it_lies(store, row)
            else:
                move(store, row, "drafts")
    except ConvergenceError as error:
        logger.warning("copy not filed", extra={"cause": type(error).__name__})
        later = timezone.now() + AGAIN
        why = "" if is_there else _unfiled_because(row, error)
        Outgoing.objects.filter(pk=row.pk).update(retry_at=later, filing=why)
        return
    Outgoing.objects.filter(pk=row.pk).update(filed=True, filing="")


def _unfiled_because(row: Outgoing, error: ConvergenceError) -> str:
    """What the page says while the copy is not where one looks for it."""
    if row.state != State.SENT:
        return ""
    kept = _("Le message est parti ; sa copie est gardée dans « Programmés » : %(why)s")
    return (kept % {"why": error.message})[:300]


def move(store: Store, row: Outgoing, use: str) -> bool:
    """Whether there was a copy in Programmés."""
    folder = store.special("scheduled")
    uids = store.find(folder, row.message_id)
    if earlier := uids[:-1]:
        # of another date, left by a worker that stopped (mail/leaving.py)
        store.expunge(folder, earlier)
    if uids:
        if use == "drafts":
            store.mark(folder, uids[-1:], DRAFT, on=True)
        store.move(folder, uids[-1:], store.special(use))
    return bool(uids)


def drop(store: Store, row: Outgoing) -> None:
    """Of an individual sending one copy stands for all (mail/individually.py)."""
    folder = store.special("scheduled")
    if uids := store.find(folder, row.message_id):
        store.expunge(folder, uids)


def _flag_where_it_lies(store: Store, row: Outgoing) -> None:
    """What was answered as another mailbox lies in the one where it was read."""
    if not (other := row.origin.get("mailbox")):
        _flag_origin(store, row.origin)
        return
    for mailbox in Mailbox.objects.filter(address=other, is_active=True):
        with open_box(mailbox) as there:
            _flag_origin(there, row.origin)


def _flag_origin(store: Store, origin: dict[str, object]) -> None:
    """\\Answered or $Forwarded on the message that was answered, also when it was
    filed away meanwhile."""
    flag = {"answered": ANSWERED, "forwarded": FORWARDED}.get(str(origin.get("flag")))
    message_id = str(origin.get("message_id") or "")
    if flag is None or not message_id:
        return
    uses = ("inbox", "archive", "trash")
    usual = [f.name for f in store.folders() if f.special in uses]
    for folder in dict.fromkeys([str(origin.get("folder") or "INBOX"), *usual]):
        try:
            uids = store.find(folder, message_id)
        except NotFound:
            continue
        if uids:
            store.mark(folder, uids, flag, on=True)
            return
