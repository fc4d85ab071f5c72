"""Failed sign-ins: per account and address by django-axes, per address here.

Nothing tells whether an account exists: unknown ones are counted alike. Addresses get
a wide limit, because a whole school stands behind one.
"""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from accounts.middleware import client_address


def username(request: HttpRequest | None, credentials: dict[str, str] | None) -> str:
    """The name that failures are counted by: one spelling for each account."""
    given = (credentials or {}).get("username", "")
    if not given and request is not None:
        given = request.POST.get("username", "")
    return given.strip().lower()[:200]


def address_is_blocked(request: HttpRequest) -> bool:
    return int(cache.get(_key(request)) or 0) >= settings.SIGN_IN_FAILURES_PER_ADDRESS


def note_failure(request: HttpRequest) -> None:
    key = _key(request)
    if cache.add(key, 1, settings.AXES_COOLOFF_TIME.total_seconds()):
        return
    try:
        cache.incr(key)
    except ValueError:
        # it expired in between: the next failure counts again from one
        return


def _key(request: HttpRequest) -> str:
    return f"sign-in-failures:{client_address(request)}"
