"""Who is here: the client's address, the rules of the session, sign-in required."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode

from accounts import audit, visits
from accounts.models import User
from convergence.web import is_partial

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
                self._check(request)
            return self.get_response(request)
        finally:
            audit.client_address.reset(token)

    def _check(self, request: HttpRequest) -> None:
        now = timezone.now()
        if visits.is_valid(request, now) and isinstance(_user(request), User):
            visits.touch(request, now)
            request.user.door_kind = request.door.kind  # type: ignore[union-attr, attr-defined]
        else:
            request.session.flush()
            request.user = AnonymousUser()

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if getattr(view, "is_public", False) or request.user.is_authenticated:
            return None
        query = {"next": request.get_full_path()} if request.method == "GET" else {}
        target = reverse("accounts:sign_in") + (f"?{urlencode(query)}" if query else "")
        if is_partial(request):
            return HttpResponse(status=204, headers={"HX-Redirect": target})
        return redirect(target)


def _user(request: HttpRequest) -> object:
    """The user behind the lazy object; closed accounts are nobody."""
    user = request.user
    return getattr(user, "_wrapped", user) if user.is_authenticated else None


def client_address(request: HttpRequest) -> str | None:
    """The browser's address; X-Forwarded-For only as far as our proxies wrote it."""
    if settings.PROXY_COUNT:
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        if len(hops) >= settings.PROXY_COUNT:
            return hops[-settings.PROXY_COUNT].strip() or None
    return request.META.get("REMOTE_ADDR") or None
