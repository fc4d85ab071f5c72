"""Doors, security headers, the request line of the log, and errors as pages."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

from convergence import csp
from convergence.doors import door_of
from convergence.errors import MethodRefused, ServerFull, TooLarge
from convergence.failures import answer_to, error_response
from convergence.spooling import is_cut

GetResponse = Callable[[HttpRequest], HttpResponse]
View = Callable[..., object]
logger = logging.getLogger("convergence.request")
_NOTHING = "camera=(), microphone=(), geolocation=()"


class HostMiddleware:
    """Refuses unknown hosts and tells which door was taken (`request.door`)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host, _port = split_domain_port(request.META.get("HTTP_HOST", "").lower())
        door = door_of(host)
        if door is None:
            return _unknown_host()
        request.door = door  # type: ignore[attr-defined]
        return self.get_response(request)


def _unknown_host() -> HttpResponse:
    """No page: whoever asks does not come from one of ours."""
    response = HttpResponse("Adresse inconnue.\n", status=400)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response


class SecurityHeadersMiddleware:
    """The headers of every answer. A view that sets its own CSP keeps it.

    `SECURE_CSP` has the shape of Django 6's setting; this class goes when we get there.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = csp.written(settings.SECURE_CSP)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.csp_nonce = secrets.token_urlsafe(12)  # type: ignore[attr-defined]
        response = self.get_response(request)
        headers = response.headers
        if "Content-Security-Policy" not in headers:
            nonce = f"'nonce-{request.csp_nonce}'"  # type: ignore[attr-defined]
            policy = getattr(response, csp.NAME, self.policy)
            headers["Content-Security-Policy"] = policy.replace("'nonce'", nonce)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", _NOTHING)
        # mail must not stay on a shared computer: nothing is stored, errors included
        headers.setdefault("Cache-Control", "no-store")
        if not response.streaming and "Content-Length" not in headers:
            headers["Content-Length"] = str(len(response.content))
        if settings.SECURE_HSTS_SECONDS:
            age = settings.SECURE_HSTS_SECONDS
            headers["Strict-Transport-Security"] = f"max-age={age}; includeSubDomains"
        return response


class RequestLogMiddleware:
    """One line a request: route (not path), status, duration, person's number."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begin = time.perf_counter()
        request.request_id = secrets.token_hex(8)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if logger.isEnabledFor(logging.INFO):
            logger.info("request", extra=_line(request, response, begin))
        return response


def _line(
    request: HttpRequest, response: HttpResponse, begin: float
) -> dict[str, object]:
    match = request.resolver_match
    person = getattr(request, "_cached_user", None)
    return {
        "request_id": request.request_id,  # type: ignore[attr-defined]
        "route": match.route if match else None,
        "method": request.method,
        "status": response.status_code,
        "milliseconds": round((time.perf_counter() - begin) * 1000, 1),
        "person": getattr(person, "pk", None),
        "reference": response.headers.get("X-Reference"),
    }


class BodySizeMiddleware:
    """Refuses a body that is too big before anything of it is read or stored."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: object, kwargs: object
    ) -> HttpResponse | None:
        public = getattr(view, "is_public", False)
        limit = settings.PUBLIC_BODY_MAX_BYTES if public else settings.BODY_MAX_BYTES
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > limit:
            return error_response(request, TooLarge())
        return None


class ErrorMiddleware:
    """Turns an error raised by a view into a page or a fragment with a reference."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == MethodRefused.status and not response.content:
            told = error_response(request, MethodRefused())
            told.headers["Allow"] = response.headers["Allow"]
            return told
        return response

    def process_view(
        self, request: HttpRequest, view: View, args: object, kwargs: object
    ) -> HttpResponse | None:
        try:
            return error_response(request, ServerFull()) if is_cut(request) else None
        except Exception as error:
            return answer_to(request, error)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        return answer_to(request, exception)
