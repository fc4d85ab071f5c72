"""Errors as answers: one page, one fragment, one log line with the same reference."""

from __future__ import annotations

import logging
import time
from contextlib import suppress

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from convergence import errors, returning, spooling
from convergence.web import aimed, is_partial, wants_words

logger = logging.getLogger("convergence.errors")
_CHUNK = 64 * 1024
_FINISH_SECONDS = 4.0


def answer_to(request: HttpRequest, exception: BaseException | None) -> HttpResponse:
    """The answer to whatever went wrong."""
    if isinstance(exception, errors.ConvergenceError):
        return error_response(request, exception)
    if (told := known(exception)) is not None:
        return error_response(request, told)
    return _unexpected(request, exception)


def known(exception: BaseException | None) -> errors.ConvergenceError | None:
    """What it is called in our tree; None for a fault of ours."""
    if isinstance(exception, errors.ConvergenceError):
        return exception
    if (told := _translate(exception)) is not None:
        told.__cause__ = exception
    return told


def error_response(
    request: HttpRequest, error: errors.ConvergenceError
) -> HttpResponse:
    """The answer to an error of ours; its cause goes to the log."""
    log(request, error)
    return _render(request, error)


def log(request: HttpRequest, error: errors.ConvergenceError) -> None:
    """The line with the reference that the person reads."""
    cause = error.__cause__
    level = logging.WARNING if error.status >= 500 else logging.INFO
    logger.log(
        level,
        type(error).__name__,
        extra={
            "reference": error.reference,
            "request_id": getattr(request, "request_id", None),
            "cause": repr(cause)[:500] if cause and error.status >= 500 else None,
        },
        exc_info=error if level == logging.WARNING else None,
    )


def _unexpected(request: HttpRequest, exception: BaseException | None) -> HttpResponse:
    """An error that is not of our tree: the log says where, the page says nothing."""
    error = errors.ConvergenceError()
    logger.error(
        "unexpected error",
        extra={
            "reference": error.reference,
            "request_id": getattr(request, "request_id", None),
        },
        exc_info=exception,
    )
    return _render(request, error)


def _translate(exception: BaseException | None) -> errors.ConvergenceError | None:
    if isinstance(exception, Http404):
        return errors.NotFound()
    if isinstance(exception, PermissionDenied):
        return errors.AccessRefused()
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return errors.TooLarge()
    if isinstance(exception, (SuspiciousOperation, BadRequest, MultiPartParserError)):
        return errors.InputRefused()
    # not IntegrityError and the like: those are our faults
    if isinstance(exception, (OperationalError, InterfaceError)):
        return errors.Unavailable(
            _("La base de données ne répond pas. Réessayez dans un instant.")
        )
    # a form with files is written down before any view sees it
    if isinstance(exception, OSError) and exception.errno in spooling.FULL:
        return errors.ServerFull()
    return None


def _let_finish(request: HttpRequest) -> None:
    """Read away what is still being sent, within limits: a browser that is cut off
    while it sends shows a broken connection instead of our page."""
    end, left = time.monotonic() + _FINISH_SECONDS, settings.BODY_MAX_BYTES
    with suppress(OSError):
        while left > 0 and time.monotonic() < end:
            read = len(request.read(_CHUNK))
            left -= read
            if not read:
                return


def _render(request: HttpRequest, error: errors.ConvergenceError) -> HttpResponse:
    response = _told(request, error)
    response.headers["X-Reference"] = error.reference
    if error.retryable:
        response.headers["Retry-After"] = "5"
    return response


def _told(request: HttpRequest, error: errors.ConvergenceError) -> HttpResponse:
    if wants_words(request):
        kind = "text/plain; charset=utf-8"
        return HttpResponse(str(error), status=error.status, content_type=kind)
    if error.status == errors.TooLarge.status:
        _let_finish(request)
    elif returned := returning.of(request):
        context = {"error": error, "returned": returned}
        content = render_to_string("errors/returned.html", context, request)
        return returning.framed(request, HttpResponse(content, status=error.status))
    name = "errors/fragment.html" if is_partial(request) else "errors/page.html"
    content = render_to_string(name, {"error": error}, request)
    response = HttpResponse(content, status=error.status)
    patch_vary_headers(response, ["HX-Request"])
    if is_partial(request):
        # the fragment is a notice: it must not replace what was being read
        aimed(response, "#notices", "beforeend")
    return response
