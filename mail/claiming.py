"""Rows whose hour comes: which are due, and whose they are while they are worked on.

A row is taken by a conditional update, so that of two workers one has it; a row found
with its worker gone is taken again. What fails is tried again after a rest, later and
later, and behind what is new.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import F, Q, QuerySet

from mail.models import FollowUp, Snooze

Row = TypeVar("Row", Snooze, FollowUp)
# longer than a tick may take (CELERY_TASK_TIME_LIMIT)
CRASHED_AFTER = timedelta(minutes=12)
# after so many attempts a mailbox is no longer asked so often
OFTEN = 20
# what the column holds
ATTEMPTS_MAX = 32_000


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a row rests after it failed, at first and later; `batch`: how many rows
    one tick may take."""

    again: timedelta
    seldom: timedelta
    batch: int


def due(
    rows: QuerySet[Row], at: datetime, pace: Pace, *, ready: Q, working: str
) -> QuerySet[Row]:
    """Those that are `ready` and have rested, and those left in state `working`."""
    rested = Q(claimed_at=None) | Q(claimed_at__lt=at - pace.seldom)
    rested |= Q(claimed_at__lt=at - pace.again, attempts__lt=OFTEN)
    crashed = Q(state=working, claimed_at__lt=at - CRASHED_AFTER)
    found = rows.filter(
        rested & ready | crashed, attempts__lt=ATTEMPTS_MAX, mailbox__is_active=True
    ).select_related("mailbox", "author")
    # what failed before comes after what is new
    return found.order_by(F("claimed_at").asc(nulls_first=True), "due_at")[: pace.batch]


def claim(row: Row, at: datetime, working: str) -> bool:
    """Whether this worker has the row now, in state `working`. Attempts count too:
    another tick may have tried it since this one looked."""
    model = type(row)
    mine = model.objects.filter(pk=row.pk, state=row.state, attempts=row.attempts)
    claimed = mine.update(state=working, claimed_at=at, attempts=F("attempts") + 1)
    row.attempts += claimed
    row.state = working
    return claimed == 1
