"""The banners of the moment, read once every half minute by each process. A browser
keeps which of them are hidden on it."""

from __future__ import annotations

import time

from django.db.models import Q
from django.utils import timezone

from accounts.models import Announcement

HIDDEN_COOKIE = "announcements"
_HIDDEN_MAX = 20
_KEPT_SECONDS = 30.0
_kept: tuple[float, list[Announcement]] = (0.0, [])


def current() -> list[Announcement]:
    global _kept
    until, found = _kept
    if time.monotonic() >= until:
        now = timezone.now()
        found = list(
            Announcement.objects.filter(
                Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now
            ).order_by("-starts_at")[:3]
        )
        _kept = (time.monotonic() + _KEPT_SECONDS, found)
    return found


def shown(hidden: str) -> list[Announcement]:
    """Those that this browser does not hide; what is to last is always there."""
    marks = hidden.split(".")
    return [one for one in current() if one.is_lasting or one.mark not in marks]


def hide(hidden: str, mark: str) -> str:
    """What the browser keeps with this one hidden too. A mark that is none of the
    moment hides nothing."""
    marks = [known for known in hidden.split(".") if known and known != mark]
    if mark in {one.mark for one in current()}:
        marks.append(mark)
    return ".".join(marks[-_HIDDEN_MAX:])
