"""Muted conversations: what answers one does not stay in the inbox, but waits, read, in
the archives. Who put a message back into the inbox keeps it there.

A mute is known by the Message-ID that all of a conversation answers; the keyword says
on the messages that they were seen to, for every client and every list.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import chain

from django.utils import timezone

from accounts.access import Grant
from accounts.models import Mailbox
from convergence.errors import Conflict, ConvergenceError
from mail import filing
from mail.conversing import Conversation, searched
from mail.filing import Filed
from mail.imap.opening import open_box
from mail.messages import MUTED, SEEN, Folder, Moved
from mail.models import Mute
from mail.store import Store
from mail.threading import stripped
from mail.undoing import Step

logger = logging.getLogger(__name__)
TICK = 12.0
PATIENCE = 30.0
# a search holds so many identifiers; nobody mutes more in a year
_FOLLOWED = 60
FOLLOWED_FOR = timedelta(days=365)


def mute(store: Store, grant: Grant, found: Conversation) -> Filed:
    """What is in the inbox leaves it, and so does what is still to come. Raises
    Conflict for a message that nothing can answer by name."""
    if not found.root:
        raise Conflict
    subject = stripped(found.subject)[0][:200]
    Mute.objects.update_or_create(
        mailbox=grant.mailbox,
        root=found.root[:250],
        defaults={"subject": subject, "author": grant.user},
    )
    return _quieted(store, found.folder, found.here)


def unmute(store: Store, mailbox: Mailbox, root: str) -> None:
    """Nothing more leaves the inbox; what was put away stays where it is."""
    mailbox.mutes.filter(root=root[:250]).delete()
    folders = searched(store.folders())
    since = (timezone.now() - FOLLOWED_FOR).date()
    for folder, uids in store.citing(folders, [root], since).uids.items():
        store.mark(folder, uids, MUTED, on=False)


def _quieted(store: Store, folder: str, uids: Sequence[int]) -> Filed:
    """What is in the inbox goes to the archives; then, so that what stays there by an
    error is seen to again, it is read and named."""
    if folder != "INBOX":
        return Filed(0, folder, steps=_named(store, folder, uids))
    filed = filing.archive(store, folder, uids)
    moves = [step for step in filed.steps if isinstance(step, Moved)]
    marks = [_named(store, step.target, step.new_uids) for step in moves]
    return replace(filed, steps=(*filed.steps, *chain.from_iterable(marks)))


def _named(store: Store, folder: str, uids: Sequence[int]) -> tuple[Step, ...]:
    steps: list[Step] = []
    # a server that knows no keywords still has the archives
    with suppress(ConvergenceError):
        for flag in (SEEN, MUTED):
            marked = store.change(folder, uids, flag, on=True)
            steps += [marked] if marked.uids else []
    return tuple(steps)


def sweep_due() -> int:
    """See to what has come for muted conversations; how many messages. Doing it twice
    does no harm."""
    since = timezone.now() - FOLLOWED_FOR
    muting = Mute.objects.filter(created_at__gte=since).values("mailbox")
    # in another order each time: when there is no time for all, none is always last
    boxes = Mailbox.objects.filter(is_active=True, pk__in=muting).order_by("?")
    end = time.monotonic() + TICK
    waiting = (box for box in boxes if time.monotonic() < end)
    return sum(map(_swept, waiting))


def _swept(mailbox: Mailbox) -> int:
    try:
        with open_box(mailbox, patience=PATIENCE) as store:
            return sweep(store, mailbox)
    except ConvergenceError as error:
        # the others need not wait for it; the next tick tries again
        logger.warning("mutes not followed", extra={"cause": type(error).__name__})
        return 0


def sweep(store: Store, mailbox: Mailbox) -> int:
    inbox = next((f for f in store.folders() if f.special == "inbox"), None)
    since = timezone.now() - FOLLOWED_FOR
    mutes = list(
        mailbox.mutes.filter(created_at__gte=since).order_by("-created_at")[:_FOLLOWED]
    )
    if inbox is None or not mutes:
        return 0
    uids = sorted(_arrived(store, inbox, mutes))
    if uids:
        _quieted(store, inbox.name, uids)
    return len(uids)


def _arrived(store: Store, inbox: Folder, mutes: Sequence[Mute]) -> Iterable[int]:
    """The messages of muted conversations that nobody has seen to. A changed subject is
    another conversation."""
    since = min(each.created_at for each in mutes).date()
    subjects = {each.subject for each in mutes}
    for mute in mutes:
        uids = store.citing([inbox], [mute.root], since).uids.get(inbox.name, ())
        for row in store.summaries(inbox.name, uids) if uids else ():
            subject = stripped(row.envelope.subject)[0][:200]
            if MUTED not in row.flags and subject in subjects:
                yield row.uid
