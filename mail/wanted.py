"""What a draft keeps of what is to come back once it is sent: a report of delivery, as
Thunderbird writes that, and the date of a reminder."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from mail.composing import Draft
from mail.messages import Header

_INFO = "X-Mozilla-Draft-Info"
_FOLLOW = "X-Follow-Up"


def marks(draft: Draft) -> tuple[tuple[str, str], ...]:
    """Fields of the header of the draft; those of the receipt have their own."""
    receipt, report = int(draft.receipt), int(draft.notify)
    info = f"internal/draft; vcard=0; receipt={receipt}; DSN={report}; uuencode=0"
    found = [(_INFO, info)] if receipt or report else []
    if draft.follow_at:
        found.append((_FOLLOW, draft.follow_at.isoformat()))
    return tuple(found)


def notify(header: Header) -> bool:
    return "DSN=1" in header.other(_INFO.lower())


def follow_at(header: Header) -> datetime | None:
    """The date, unless it is past."""
    try:
        found = parse_datetime(header.other(_FOLLOW.lower())[:40])
    except ValueError:
        return None
    if found is None or found.tzinfo is None or found <= timezone.now():
        return None
    return found
