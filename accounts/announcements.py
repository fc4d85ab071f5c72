"""The banners of the moment, read once every half minute by each process."""

from __future__ import annotations

import time

from django.db.models import Q
from django.utils import timezone

from accounts.models import Announcement

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
