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

from convergence import csp, spooling
from convergence.web import is_partial

View = TypeVar("View", bound=Callable[..., object])
Field = tuple[str, str]
_BESIDE = "csrfmiddlewaretoken"
_OURS = {"frame-ancestors": ["'self'"]}


class Returned(NamedTuple):
    """Its fields, to be posted again; `text` is what is shown of them, `files` are the
    names of what came beside them: no page can give a file back."""

    fields: tuple[Field, ...]
    text: str
    files: tuple[str, ...]


class Buttons(NamedTuple):
    """What the buttons of a form are named, and the one that shows it again: that is
    pressed instead of another when its files are gone."""

    names: frozenset[str]
    shows: Field


def gives_back(buttons: Buttons) -> Callable[[View], View]:
    """Errors of what is posted to this view give the form back, and it may be posted
    again: nothing happens twice by that, and nothing without its files."""

    def marked(view: View) -> View:
        view.gives_back = buttons  # type: ignore[attr-defined]
        return view

    return marked


def of(request: HttpRequest) -> Returned | None:
    """None when nothing was posted that would be lost."""
    if request.method != "POST" or is_partial(request):
        return None
    if (buttons := _buttons(request)) is None:
        return None
    with suppress(SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        lists = [(n, v) for n, v in request.POST.lists() if n != _BESIDE]
        fields = tuple((name, value) for name, values in lists for value in values)
        if files := _files(request):
            kept = (field for field in fields if field[0] not in buttons.names)
            fields = (*kept, buttons.shows)
        return Returned(fields, request.POST.get("text", ""), files)
    return None


def _files(request: HttpRequest) -> tuple[str, ...]:
    came = (str(file.name) for _n, each in request.FILES.lists() for file in each)
    return (*came, *spooling.skipped(request))


def _buttons(request: HttpRequest) -> Buttons | None:
    """Also where a middleware failed before any view was looked for."""
    try:
        view = (request.resolver_match or resolve(request.path_info)).func
    except Http404:
        return None
    found: Buttons | None = getattr(view, "gives_back", None)
    return found


def framed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Where one wrote in a frame of our own page, it comes back there."""
    if request.headers.get("Sec-Fetch-Dest") != "iframe":
        return response
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return csp.changed(response, _OURS)
