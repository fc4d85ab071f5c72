"""The functional door: choosing among the mailboxes that one may open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import mailboxes
from accounts.requests import person


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    grants = mailboxes(person(request))
    if len(grants) == 1 and "toutes" not in request.GET:
        return redirect("mail:inbox", grants[0].mailbox.address)
    return render(request, "accounts/mailboxes.html", {"grants": grants})
