"""The composer without the pages around it: docked beside the mail, or in a window of
its own. There what follows a message is a page that says so, and goes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import grant
from accounts.requests import person
from convergence import csp
from convergence.web import see_other
from mail.views import regions

_ALONE = {"frame-ancestors": ["'self'"]}


def is_framed(request: HttpRequest) -> bool:
    """By the address, or because the browser puts the answer into a frame: after a
    redirect the address is another."""
    return "cadre" in request.GET or request.headers.get("Sec-Fetch-Dest") == "iframe"


def layout(request: HttpRequest) -> str:
    return "layouts/frame.html" if is_framed(request) else "layouts/mailbox.html"


def composer(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The headers of a composer: our own pages may frame it, nobody else."""
    sources = csp.STYLE_ATTRIBUTES | (_ALONE if is_framed(request) else {})
    if is_framed(request):
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return csp.changed(response, sources)


def followed(
    request: HttpRequest, address: str, response: HttpResponse
) -> HttpResponse:
    """What follows a form that was taken: not the mail, which is there already."""
    if response.status_code == 303 and is_framed(request):
        return see_other("mail:written", address)
    return response


@require_GET
def written(request: HttpRequest, address: str) -> HttpResponse:
    """Where a composer ends that is not on a page; it tells what became of it."""
    right = grant(person(request), address)
    response = render(request, "mail/compose/end.html", regions.bare(right))
    return composer(request, response)
