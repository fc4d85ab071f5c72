"""Acting on very many messages: a row says what is asked, a worker does it slice by
slice, and each slice is written down before the next: what was done can be told and
taken back exactly, whatever stops it.

A row is claimed by a conditional update, so that a worker and a page that waits for one
never do the same.
"""

from __future__ import annotations

import logging
import time
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Grant, grant
from convergence.errors import Conflict, ConvergenceError, MessageMissing, NotFound
from mail import filing, numbers, undoing
from mail.filing import Filed, Order
from mail.imap.connection import PAGE_PATIENCE
from mail.imap.opening import open_box
from mail.messages import Chosen, Query
from mail.models import Act
from mail.store import Store

logger = logging.getLogger(__name__)
State = Act.State
# fewer are done while the person waits
DIRECT_MAX = 1_000
# of one command: it ends long before the patience that it has (mail/imap), so that its
# answer, which is all that can take it back, is never lost
SLICE = 1_000
# a worker takes an act at once; after so long nobody does
UNTAKEN = timedelta(seconds=3)
# what a worker, and a page, give it at a time: then what else waits has its turn,
# before it expires (convergence/ticks.py)
WORKER_SECONDS = 8.0
PAGE_SECONDS = 3.0
# longer than any task may run (CELERY_TASK_TIME_LIMIT)
CRASHED = timedelta(minutes=15)
KEPT = timedelta(hours=1)
STOPPED = (State.DONE, State.FAILED)
UNENDED = (State.WAITING, State.RUNNING, State.RECALLED, State.RETURNING)


def begin(right: Grant, folder: str, order: Order, query: Query, chosen: Chosen) -> Act:
    """What comes after `chosen` was found is none of it."""
    return Act.objects.create(
        mailbox=right.mailbox,
        author=right.user,
        verb=order.verb,
        target=order.target,
        forever=order.forever,
        folder=folder,
        query=asdict(query),
        moment=chosen.moment,
        total=chosen.count,
    )


def find(right: Grant, pk: UUID | str) -> Act:
    """An act of this person on this mailbox. Raises NotFound."""
    found = Act.objects.filter(pk=pk, mailbox=right.mailbox, author=right.user).first()
    if found is None:
        raise NotFound
    return found


def recall(act: Act) -> bool:
    """Ask that it be taken back; False when that is asked already, or too late."""
    since = timezone.now() - KEPT
    mine = Act.objects.filter(pk=act.pk, state__in=STOPPED, ended_at__gt=since)
    # from now on it counts what is back
    asked = {"state": State.RECALLED, "ended_at": timezone.now(), "count": 0}
    return mine.exclude(steps=[]).update(**asked) == 1


def is_untaken(act: Act) -> bool:
    """Whether nobody has begun what is asked: no worker, or no broker."""
    asked_at = act.ended_at or act.created_at
    waits = act.state in (State.WAITING, State.RECALLED)
    return waits and timezone.now() - asked_at > UNTAKEN


def carry_on(pk: UUID | str, seconds: float = WORKER_SECONDS) -> bool:
    """Do what is asked of this row, unless somebody else does; True when time was up
    before its end, and it waits to go on."""
    act = Act.objects.select_related("mailbox", "author").get(pk=pk)
    following = {State.WAITING: State.RUNNING, State.RECALLED: State.RETURNING}
    claimed = following.get(State(act.state))
    mine = Act.objects.filter(pk=pk, state=act.state)
    if not claimed or not mine.update(state=claimed, claimed_at=timezone.now()):
        return False
    before, act.state = act.state, claimed
    is_over, failure = _tried(act, seconds)
    if not is_over:
        Act.objects.filter(pk=pk).update(state=before)
        return True
    over = State.UNDONE if claimed == State.RETURNING else State.DONE
    _end(act, State.FAILED if failure else over, failure)
    return False


def _tried(act: Act, seconds: float) -> tuple[bool, str]:
    """(whether it is over, what went wrong)."""
    # the slice that is begun last has time to end
    end, patience = time.monotonic() + seconds, seconds + PAGE_PATIENCE
    work = _undo if act.state == State.RETURNING else _do
    try:
        # the right may have ended since it was asked
        grant(act.author, act.mailbox.address, write=f"message.{act.verb}")
        with open_box(act.mailbox, patience=patience) as store:
            return work(act, store, end), ""
    except ConvergenceError as error:
        logger.warning("act stopped", extra={"reference": error.reference})
        return True, str(error)[:300]
    except Exception:
        _end(act, State.FAILED, _("L’action a été interrompue."))
        raise


def _end(act: Act, state: State, failure: str) -> None:
    act.state, act.failure, act.ended_at = state, failure, timezone.now()
    act.save(update_fields=["state", "failure", "ended_at", "count", "steps"])
    audit.record(
        act.author.uid,
        f"message.{act.verb}",
        mailbox=act.mailbox.address,
        target=f"{act.count} {act.state}",
    )


def _do(act: Act, store: Store, end: float) -> bool:
    query = Query(**{**act.query, "to": tuple(act.query.get("to", ()))})
    uids = store.matching(act.folder, query, act.moment).uids
    left = uids[bisect_right(uids, act.after) :]
    order = Order(act.verb, act.target, act.forever)  # type: ignore[arg-type]
    refused: Conflict | None = None
    for piece in numbers.slices(left, SLICE):
        if time.monotonic() > end:
            return False
        filed, refused = _carried(store, act.folder, piece, order)
        act.steps = [*act.steps, *undoing.packed(filed.steps)]
        act.count += filed.count
        act.after = piece[-1]
        act.save(update_fields=["count", "steps", "after"])
    if refused and not act.count:
        raise refused
    if order.forever:
        # of those that are expunged nobody tells how many there were
        act.count = act.total
    return True


def _carried(
    store: Store, folder: str, uids: Sequence[int], order: Order
) -> tuple[Filed, Conflict | None]:
    """One slice. Of what stands already where it is to go nothing moves, whatever the
    other slices do."""
    try:
        return filing.carry_out(store, folder, uids, order), None
    except Conflict as refused:
        return Filed(0, folder), refused


def _undo(act: Act, store: Store, end: float) -> bool:
    """The last step first; what is back is no longer written down."""
    while act.steps:
        if time.monotonic() > end:
            return False
        step = act.steps[-1]
        with suppress(MessageMissing):
            act.count += undoing.restore(store, [step])
        act.steps = act.steps[:-1]
        act.save(update_fields=["steps", "count"])
    return True


def resume() -> list[Act]:
    """What a crash stopped is told so; what no worker took is answered (its message was
    lost). Old rows go: their undoing is over. Called by beat."""
    now = timezone.now()
    crashed = Act.objects.filter(
        state__in=(State.RUNNING, State.RETURNING), claimed_at__lt=now - CRASHED
    )
    crashed.update(
        state=State.FAILED, failure=_("L’action a été interrompue."), ended_at=now
    )
    Act.objects.filter(ended_at__lt=now - KEPT - CRASHED).exclude(
        state__in=UNENDED
    ).delete()
    lost = Q(state__in=(State.WAITING, State.RECALLED), created_at__lt=now - UNTAKEN)
    return list(Act.objects.filter(lost)[:20])
