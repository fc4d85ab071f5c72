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
    # of Django's stand-in for a person nothing is asked, not even its type
    user: Any = getattr(request, "user", None)
    known = type(user) is User
    return {"preferences": preferences.of(user) if known else preferences.Preferences()}
