"""The ticket with which a page asks for the events of its mailboxes."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from accounts.access import mailboxes
from accounts.models import User
from convergence.errors import SignInRequired
from convergence.openness import background
from live import tickets


@background
@require_POST
def ticket(request: HttpRequest) -> JsonResponse:
    """{"ticket": …}: good for a few minutes, for what this visit may open now: the
    mailboxes with the addresses `boite`, all without one."""
    if not isinstance(request.user, User):
        raise SignInRequired
    held = [grant.mailbox for grant in mailboxes(request.user)]
    asked = {address.lower() for address in request.POST.getlist("boite")}
    logins = [m.login for m in held if not asked or m.address.lower() in asked]
    return JsonResponse({"ticket": tickets.issue(logins)})
