"""What <recipient-field> asks while somebody types: JSON, no page of its own. None of
it opens the mailbox: no server of mail is asked."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from accounts import looking
from accounts.access import Grant, grant
from accounts.requests import person
from convergence import pacing
from convergence.errors import NotFound
from mail import remembering, suggesting, tasks
from mail.forms import AddressForm, TypedForm, checked
from mail.suggesting import Suggestion

WRITE = "message.compose"
# faster than anybody types, slower than somebody who copies the directory
_EACH_MINUTE = 240


@require_GET
def near(request: HttpRequest, address: str) -> HttpResponse:
    """Whom this mailbox and this person write to."""
    right = _asked(request, address)
    typed = checked(TypedForm(request.GET))["q"]
    found = suggesting.near(right, typed)
    if not found:
        tasks.hand_learning(right)
    return _told(found)


@require_GET
def colleagues(request: HttpRequest, address: str) -> HttpResponse:
    """People, mailboxes and lists of the directory. Raises DirectoryUnavailable."""
    right = _asked(request, address)
    typed = checked(TypedForm(request.GET))["q"]
    return _told(suggesting.colleagues(right, typed))


@require_GET
def members(request: HttpRequest, address: str) -> HttpResponse:
    """Those of a list of the directory. Raises NotFound, DirectoryUnavailable."""
    _asked(request, address)
    told = looking.members(checked(AddressForm(request.GET))["email"])
    if told is None:
        raise NotFound
    people = [{"name": one.name, "email": one.mail} for one in told.people]
    return _answer({"name": told.name, "people": people, "untold": told.untold})


@require_POST
def forget(request: HttpRequest, address: str) -> HttpResponse:
    """«Ne plus proposer»."""
    right = grant(person(request), address, write=WRITE)
    email = checked(AddressForm(request.POST))["email"]
    remembering.forget(right.user, right.mailbox, email)
    return HttpResponse(status=204)


def _asked(request: HttpRequest, address: str) -> Grant:
    user = person(request)
    right = grant(user, address, write=WRITE)
    pacing.hold(f"recipients:{user.pk}", most=_EACH_MINUTE, seconds=60)
    return right


def _told(found: list[Suggestion]) -> HttpResponse:
    return _answer({"suggestions": [asdict(one) for one in found]})


def _answer(data: dict[str, object]) -> HttpResponse:
    """Who is known to somebody stays in no cache but that of the page."""
    response = JsonResponse(data)
    response.headers["Cache-Control"] = "no-store"
    return response
