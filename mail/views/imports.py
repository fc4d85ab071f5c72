"""Messages kept as files, put into a folder: by a form, or dropped on it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import Grant
from accounts.requests import person
from convergence.errors import TooLarge
from convergence.web import Notice, Undo, done, remember, wants_words
from mail import importing, numbers, undoing
from mail.access import open_granted
from mail.forms import ImportForm, checked
from mail.importing import Imported
from mail.store import Store
from mail.views import regions
from mail.views.actions import list_after

_ACT = "message.import"
_TOLD_MAX = 5


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    posted = request.method == "POST"
    with open_granted(person(request), address, write=_ACT, recorded=posted) as opened:
        if posted:
            return _added(request, *opened, folder)
        context = regions.shell(*opened, folder)
        return render(request, "mail/imports/show.html", context)


def _added(
    request: HttpRequest, grant: Grant, store: Store, folder: str
) -> HttpResponse:
    """A script sends a few at a time, and at the end asks for the list with none."""
    asked = checked(ImportForm(request.POST))
    files = request.FILES.getlist("files")
    if len(files) > importing.FILES_MAX:
        text = _("%(limit)s messages à la fois au plus.")
        raise TooLarge(text % {"limit": importing.FILES_MAX})
    contents = ((file.name or "", file.read()) for file in files)
    imported = importing.add(store, folder, contents, asked["before"])
    if wants_words(request):
        told = {"count": imported.count, "refused": imported.refused}
        return JsonResponse({**told, "before": imported.token})
    for refused in imported.refused[:_TOLD_MAX]:
        remember(request, Notice(refused, level="warning"))
    notice = _notice(store, folder, imported)
    context = list_after(request, grant, store, asked["here"] or folder)
    then = regions.path_of(grant.mailbox.address, folder)
    return done(request, "mail/folder/changed", context, then=then, notice=notice)


def _notice(store: Store, folder: str, imported: Imported) -> Notice:
    count = _count(store, imported)
    if not count:
        return Notice(_("Aucun message n’a été importé."), level="warning")
    text = ngettext("%(count)s message importé.", "%(count)s messages importés.", count)
    undo = None
    if imported.token:
        url = reverse("mail:restorations", args=[store.address, folder])
        undo = Undo(url, _("Annuler"), {"token": imported.token})
    return Notice(text % {"count": count}, undo=undo)


def _count(store: Store, imported: Imported) -> int:
    """With those of the requests before; without UIDPLUS only this one's are known."""
    steps: list[dict[str, Any]] = []
    if imported.token:
        steps = undoing.read(imported.token, store.address)
    known = sum(len(numbers.spelled(step["uids"])) for step in steps)
    return max(known, imported.count)
