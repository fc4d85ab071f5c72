"""What every template may use."""

from __future__ import annotations

from typing import Any, Literal, cast

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.functional import SimpleLazyObject

from convergence.web import take_notices

Theme = Literal["auto", "light", "dark"]
THEME_COOKIE = "theme"
THEMES = ("auto", "light", "dark")


def site(request: HttpRequest) -> dict[str, Any]:
    """`door`, `csp_nonce`, `full_path` (of this page), `institution`, `live_url` (where
    a page hears of events), `notices` (shown once when rendered)."""
    return {
        "door": getattr(request, "door", None),
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "full_path": request.get_full_path(),
        "theme": theme_of(request),
        "institution": settings.INSTITUTION,
        "live_url": _live_url(request),
        "notices": SimpleLazyObject(lambda: take_notices(request)),
    }


def _live_url(request: HttpRequest) -> str:
    """Under our own address, or beside it where no proxy joins the two."""
    if not settings.LIVE_PORT:
        return "/evenements/"
    host, _port = split_domain_port(request.get_host())
    return f"{request.scheme}://{host}:{settings.LIVE_PORT}/evenements/"


def theme_of(request: HttpRequest) -> Theme:
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return cast(Theme, chosen) if chosen in THEMES else "auto"
