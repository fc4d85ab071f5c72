"""What every template may use."""

from __future__ import annotations

from typing import Any, Literal, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from convergence.web import take_notices

Theme = Literal["auto", "light", "dark"]
THEME_COOKIE = "theme"
THEMES = ("auto", "light", "dark")


def site(request: HttpRequest) -> dict[str, Any]:
    """`door`, `csp_nonce`, `full_path` (of this page), `institution`, `notices` (shown
    once when rendered)."""
    return {
        "door": getattr(request, "door", None),
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "full_path": request.get_full_path(),
        "theme": theme_of(request),
        "institution": settings.INSTITUTION,
        "notices": SimpleLazyObject(lambda: take_notices(request)),
    }


def theme_of(request: HttpRequest) -> Theme:
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return cast(Theme, chosen) if chosen in THEMES else "auto"
