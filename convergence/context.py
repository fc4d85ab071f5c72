"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from convergence.web import take_notices

THEME_COOKIE = "theme"
THEMES = ("auto", "light", "dark")


def site(request: HttpRequest) -> dict[str, Any]:
    """`door`, `csp_nonce`, `full_path` (of this page), `institution`, `notices` (shown
    once when rendered)."""
    return {
        "door": getattr(request, "door", None),
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "full_path": request.get_full_path(),
        "theme": _theme(request),
        "institution": settings.INSTITUTION,
        "notices": SimpleLazyObject(lambda: take_notices(request)),
    }


def _theme(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"
