"""What somebody typed into a form that could not be taken, given back on the page that
says why: an error page alone would lose it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, TypeVar

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import resolve

from convergence import csp
from convergence.web import is_partial

View = TypeVar("View", bound=Callable[..., object])
_BESIDE = "csrfmiddlewaretoken"
_OURS = {"frame-ancestors": ["'self'"]}


class Returned(NamedTuple):
    """Its fields, to be posted again as they are; `text` is what is shown of them."""

    fields: tuple[tuple[str, str], ...]
    text: str


def gives_back(view: View) -> View:
    """Errors of what is posted to this view give the form back, and it may be posted
    again: nothing happens twice by that."""
    view.gives_back = True  # type: ignore[attr-defined]
    return view


def of(request: HttpRequest) -> Returned | None:
    """None when nothing was posted that would be lost."""
    if request.method != "POST" or is_partial(request) or not _is_given_back(request):
        return None
    with suppress(SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        lists = [(n, v) for n, v in request.POST.lists() if n != _BESIDE]
        fields = tuple((name, value) for name, values in lists for value in values)
        return Returned(fields, request.POST.get("text", ""))
    return None


def _is_given_back(request: HttpRequest) -> bool:
    """Also where a middleware failed before any view was looked for."""
    try:
        view = (request.resolver_match or resolve(request.path_info)).func
    except Http404:
        return False
    return getattr(view, "gives_back", False)


def framed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Where one wrote in a frame of our own page, it comes back there."""
    if request.headers.get("Sec-Fetch-Dest") != "iframe":
        return response
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return csp.changed(response, _OURS)
