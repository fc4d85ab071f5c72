"""The help of the keyboard: a page, or a dialog over the page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts import preferences
from accounts.requests import person
from convergence.web import answer
from mail import shortcuts


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    on = preferences.of(person(request)).shortcuts
    context = {"groups": shortcuts.GROUPS, "shortcuts": on}
    return answer(request, "mail/shortcuts/show", context)
