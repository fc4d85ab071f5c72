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
    user = person(request)
    grants = mailboxes(user)
    if not grants:
        return redirect("accounts:mailboxes")
    # theirs, not the first by name: others may be open to them as well
    own = min(
        grants, key=lambda g: (g.mailbox.login != user.uid, g.mailbox.is_functional)
    )
    return redirect("mail:inbox", own.mailbox.address)
