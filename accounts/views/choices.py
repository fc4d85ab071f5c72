"""Language and theme of this browser, and what it hides."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts import announcements
from accounts.middleware import LANGUAGE_COOKIE
from convergence.context import THEME_COOKIE, THEMES
from convergence.openness import public
from convergence.web import is_partial

_YEAR = 365 * 24 * 3600


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    known = {code for code, _name in settings.LANGUAGES}
    return _kept(request, LANGUAGE_COOKIE, chosen if chosen in known else "fr")


@public
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    return _kept(request, THEME_COOKIE, chosen if chosen in THEMES else "auto")


@require_POST
def announcement(request: HttpRequest) -> HttpResponse:
    """Hide one of the moment."""
    known = request.COOKIES.get(announcements.HIDDEN_COOKIE, "")
    hidden = announcements.hide(known, request.POST.get("mark", ""))
    response = None
    if is_partial(request):
        context = {"announcements": announcements.shown(hidden)}
        response = render(request, "layouts/_announcements.html", context)
    return _kept(request, announcements.HIDDEN_COOKIE, hidden, response)


def _kept(
    request: HttpRequest, name: str, value: str, response: HttpResponse | None = None
) -> HttpResponse:
    response = response or redirect(_back(request))
    response.set_cookie(
        name,
        value,
        max_age=_YEAR,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()})
    return target if allowed and target.startswith("/") else "home"
