"""Storms: a thread to which more and more people answer all, asking to be left out.

A few minutes without anybody able to feed it are what ends one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from mail.cases import Storm
from mail.messages import Summary
from mail.store import Store

# two people who write to each other quickly are no storm
_VOICES_MIN = 4


def over(
    store: Store, names: Sequence[str], now: datetime | None = None
) -> Storm | None:
    """The storm over the thread that has these Message-IDs, if there is one: in the
    inbox, GUARD_STORM_REPLIES messages of several people in GUARD_STORM_MINUTES."""
    at = now or timezone.now()
    since = at - timedelta(minutes=settings.GUARD_STORM_MINUTES)
    inbox = [f for f in store.folders() if f.special == "inbox"]
    if not inbox:
        return None
    found = store.citing(inbox, names, timezone.localdate(since), search=False)
    uids = found.uids.get(inbox[0].name, ())[-settings.GUARD_STORM_REPLIES * 4 :]
    rows = store.summaries(inbox[0].name, uids) if uids else ()
    return among(rows, since)


def among(rows: Sequence[Summary], since: datetime) -> Storm | None:
    """The same of the messages that were found: it lasts until fewer than so many are
    that young."""
    recent = [row.envelope for row in rows if row.envelope.received > since]
    most = settings.GUARD_STORM_REPLIES
    voices = {envelope.sender.email.lower() for envelope in recent}
    if len(recent) < most or len(voices) < _VOICES_MIN:
        return None
    last = sorted(envelope.received for envelope in recent)[-most]
    return Storm(len(recent), last + timedelta(minutes=settings.GUARD_STORM_MINUTES))
