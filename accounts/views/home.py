"""The first page of each door."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.access import mailboxes
from accounts.requests import person


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """One's own mailbox, or the choice of a functional one."""
    if request.door.kind == "functional":  # type: ignore[attr-defined]
        return redirect("accounts:mailboxes")
    grants = mailboxes(person(request))
    if not grants:
        return redirect("accounts:mailboxes")
    return redirect("mail:inbox", grants[0].mailbox.address)
