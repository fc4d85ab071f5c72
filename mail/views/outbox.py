"""The outbox: what waits, what left, what did not."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import person
from convergence.web import Notice, Undo, answer, remember, see_other
from mail import outbox, sending
from mail.access import open_granted
from mail.messages import DRAFT, SCHEDULED
from mail.models import Outgoing
from mail.views import regions


def way_back(row: Outgoing) -> Undo:
    """The button that takes back what has just been queued."""
    url = reverse("mail:undo_send", args=[row.mailbox.address, row.pk])
    return Undo(url, _("Annuler l’envoi"), {}, settings.UNDO_SECONDS, opens=True)


@require_GET
def show(request: HttpRequest, address: str) -> HttpResponse:
    with open_granted(person(request), address) as (grant, store):
        context = regions.shell(grant, store, SCHEDULED)
    return answer(
        request, "mail/outbox/show", context | {"rows": outbox.rows(grant.mailbox)}
    )


@require_POST
def undo(request: HttpRequest, address: str, outgoing: uuid.UUID) -> HttpResponse:
    """Take it back: it is a draft again, and one goes on writing it."""
    write = "message.undo"
    with open_granted(person(request), address, write=write) as (grant, store):
        folder, uid = sending.cancel(store, sending.find(grant.mailbox, outgoing))
        store.mark(folder, [uid], DRAFT, on=True)
    return see_other("mail:reply", address, folder, uid, "brouillon")


@require_POST
def retry(request: HttpRequest, address: str, outgoing: uuid.UUID) -> HttpResponse:
    with open_granted(person(request), address, write="message.retry") as (
        grant,
        _store,
    ):
        sending.retry(sending.find(grant.mailbox, outgoing))
    remember(request, Notice(_("Le message repart.")))
    return see_other("mail:outbox", address)
