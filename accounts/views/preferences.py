"""How a person wants to read: the page of choices, and the width that was dragged."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import preferences
from accounts.forms import PaneForm, PreferencesForm
from accounts.requests import person
from convergence.errors import InputRefused
from convergence.web import Notice, remember, see_other


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if request.method != "POST":
        form = PreferencesForm(asdict(preferences.of(user)))
        return render(request, "accounts/preferences.html", {"form": form})
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/preferences.html", {"form": form}, status=400)
    preferences.choose(user, **form.cleaned_data)
    remember(request, Notice(_("Préférences enregistrées.")))
    return see_other("accounts:preferences")


@require_POST
def pane(request: HttpRequest) -> HttpResponse:
    """The share of the list, as the person has just set it; nothing to show."""
    form = PaneForm(request.POST)
    if not form.is_valid():
        raise InputRefused
    preferences.choose(person(request), **form.cleaned_data)
    return HttpResponse(status=204)
