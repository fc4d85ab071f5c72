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
    """{"ticket": …}: good for a few minutes, for what this visit may open now."""
    if not isinstance(request.user, User):
        raise SignInRequired
    logins = [grant.mailbox.login for grant in mailboxes(request.user)]
    return JsonResponse({"ticket": tickets.issue(logins)})
