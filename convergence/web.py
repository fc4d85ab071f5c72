"""Answers: a whole page, or only the regions that changed.

A screen is `name.html`; what an action changes on it is `name.regions.html`. The same
region templates serve both, so that a page and its update cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

Level = Literal["info", "success", "warning", "danger"]
_PENDING = "notices"
# of somebody who sees no page for long
_PENDING_MAX = 10


@dataclass(frozen=True, slots=True)
class Undo:
    """A form of one button that takes the last act back: POST `fields` to `url`.

    `seconds`: how long it can be taken back (0: as long as notices stay); `opens`: the
    answer is a page of its own, not an update of this one.
    """

    url: str
    label: str
    fields: dict[str, str]
    seconds: int = 0
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence told to the person, perhaps with a way to undo."""

    text: str
    level: Level = "success"
    undo: Undo | None = None


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for regions (a restored history entry wants the page)."""
    headers = request.headers
    return "HX-Request" in headers and "HX-History-Restore-Request" not in headers


def wants_words(request: HttpRequest) -> bool:
    """Whether a script asks that shows an error's sentence itself: no page is of use to
    it, and no way to the sign-in."""
    return request.headers.get("Accept") == "text/plain"


def answer(
    request: HttpRequest,
    name: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The page `name`, or its regions when htmx asks."""
    suffix = ".regions.html" if is_partial(request) else ".html"
    content = render_to_string(f"{name}{suffix}", dict(context or {}), request)
    response = HttpResponse(content, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def done(
    request: HttpRequest,
    name: str,
    context: Mapping[str, Any] | None = None,
    *,
    then: str,
    notice: Notice | None = None,
) -> HttpResponse:
    """After an act: the changed regions with the notice, or (without script) a
    redirect to `then`, where the notice is shown."""
    if is_partial(request):
        return answer(request, name, {**(context or {}), "notices": pending(notice)})
    if notice:
        remember(request, notice)
    return see_other(then)


def see_other(to: str, *arguments: object) -> HttpResponse:
    """After an act without an update: the browser GETs `to`, a path or the name of an
    address with its arguments (RFC 9110 §15.4.4)."""
    response = redirect(to, *arguments)
    response.status_code = 303
    return response


def aimed(response: HttpResponse, target: str, swap: str) -> HttpResponse:
    """The answer goes elsewhere on the page than what was pressed says."""
    response.headers["HX-Retarget"] = target
    response.headers["HX-Reswap"] = swap
    return response


def asked_over(
    request: HttpRequest, name: str, context: Mapping[str, Any]
) -> HttpResponse:
    """A question before an act: a dialog over the page, a page of its own without
    script."""
    return aimed(answer(request, name, context), "#dialogs", "innerHTML show:none")


def pending(notice: Notice | None) -> list[Notice]:
    return [notice] if notice else []


def remember(request: HttpRequest, notice: Notice) -> None:
    """Keep a notice in the session until the next page shows it."""
    waiting = request.session.get(_PENDING, [])[1 - _PENDING_MAX :]
    request.session[_PENDING] = [*waiting, asdict(notice)]


def take_notices(request: HttpRequest) -> list[Notice]:
    """The notices that wait for this page; they are shown once."""
    session = getattr(request, "session", None)
    if session is None or _PENDING not in session:
        return []
    return [_notice(raw) for raw in session.pop(_PENDING)]


def _notice(raw: dict[str, Any]) -> Notice:
    undo = Undo(**raw["undo"]) if raw["undo"] else None
    return Notice(text=raw["text"], level=raw["level"], undo=undo)
