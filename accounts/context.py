"""What templates may use of accounts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import announcements, preferences
from accounts.models import User


def banners(request: HttpRequest) -> dict[str, Any]:
    """`announcements`: the banners of the moment that this browser does not hide."""
    hidden = request.COOKIES.get(announcements.HIDDEN_COOKIE, "")
    return {"announcements": SimpleLazyObject(lambda: announcements.shown(hidden))}


def choices(request: HttpRequest) -> dict[str, Any]:
    """`preferences`: how the person wants to read; as by default for a stranger."""
    return {"preferences": SimpleLazyObject(lambda: _preferences(request))}


def _preferences(request: HttpRequest) -> preferences.Preferences:
    user = getattr(request, "user", None)
    return preferences.of(user) if isinstance(user, User) else preferences.Preferences()
