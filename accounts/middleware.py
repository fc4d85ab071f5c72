"""Who is here: the client's address, the rules of the session, sign-in required."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode

from accounts import administration, audit, visits
from convergence import returning
from convergence.errors import NotFound, SignInRequired
from convergence.failures import error_response
from convergence.web import is_partial, wants_words

GetResponse = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]
LANGUAGE_COOKIE = "language"


class LanguageMiddleware:
    """French, unless this browser chose otherwise."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.known = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        translation.activate(chosen if chosen in self.known else settings.LANGUAGE_CODE)
        return self.get_response(request)


class VisitMiddleware:
    """Ends visits that are over, binds them to their door, asks for sign-in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = audit.client_address.set(client_address(request))
        try:
            if "_auth_user_id" in request.session:
                _check(request)
            return self.get_response(request)
        finally:
            audit.client_address.reset(token)

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match and "admin" in match.app_names and not administration.is_open(request):
            return error_response(request, NotFound())
        if request.user.is_authenticated:
            if not _is_background(request, view):
                visits.touch(request, timezone.now())
            return None
        return None if getattr(view, "is_public", False) else _ask_sign_in(request)


def _check(request: HttpRequest) -> None:
    """The person of this visit, or nobody when it is over."""
    user = get_user(request)
    if visits.is_valid(request, timezone.now()) and user.is_authenticated:
        # themselves, not Django's stand-in: each look at it is a detour
        request.user = user
        request.user.door_kind = request.door.kind  # type: ignore[attr-defined]
    else:
        visits.expire(request)
        request.user = AnonymousUser()


def _is_background(request: HttpRequest, view: View) -> bool:
    """Asked for by the page itself: nobody may be sitting there any more."""
    marked = getattr(view, "is_background", False)
    return marked or "X-Background" in request.headers


def _ask_sign_in(request: HttpRequest) -> HttpResponse:
    if wants_words(request) or returning.of(request):
        return error_response(request, SignInRequired())
    there = _page_path(request)
    query = f"?{urlencode({'next': there})}" if there else ""
    target = reverse("accounts:sign_in") + query
    if is_partial(request):
        response = HttpResponse(status=204, headers={"HX-Redirect": target})
    else:
        response = redirect(target)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _page_path(request: HttpRequest) -> str:
    """The page that the person sees, to come back to it after sign-in."""
    if is_partial(request):
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        return f"{page.path}?{page.query}" if page.query else page.path
    return request.get_full_path() if request.method in {"GET", "HEAD"} else ""


def client_address(request: HttpRequest) -> str | None:
    """The browser's address; X-Forwarded-For only as far as our proxies wrote it."""
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < settings.PROXY_COUNT <= len(hops):
        told = _address(hops[-settings.PROXY_COUNT])
        if told is not None:
            return told
    return _address(request.META.get("REMOTE_ADDR", ""))


@lru_cache(maxsize=1024)
def _address(text: str) -> str | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if address.version == 6 else None
    return str(mapped or address)
