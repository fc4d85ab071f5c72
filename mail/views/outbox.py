"""The outbox: what waits, what left, what did not."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import person
from convergence.web import Notice, answer, remember, see_other
from mail import moments, outbox, sending, whereabouts
from mail.access import open_granted
from mail.messages import DRAFT, SCHEDULED
from mail.models import Outgoing
from mail.store import Store
from mail.views import regions

MAILINGS_MAX = 20


@require_GET
def show(request: HttpRequest, address: str) -> HttpResponse:
    with open_granted(person(request), address) as (grant, store):
        context = regions.shell(grant, store, SCHEDULED)
    context |= {
        "parts": outbox.parts(grant.mailbox),
        "mailings": grant.mailbox.mailings.all()[:MAILINGS_MAX],
        "earliest": moments.typed(timezone.now()),
    }
    return answer(request, "mail/outbox/show", context)


@require_POST
def undo(request: HttpRequest, address: str, outgoing: uuid.UUID) -> HttpResponse:
    """Take it back: it is a draft again, and one goes on writing it."""
    write = "message.undo"
    with open_granted(person(request), address, write=write) as (grant, store):
        row = sending.find(grant.mailbox, outgoing)
        folder, uid = _taken_back(store, row)
    return see_other("mail:reply", address, folder, uid, "brouillon")


@require_POST
def cancel(request: HttpRequest, address: str, outgoing: uuid.UUID) -> HttpResponse:
    """It will not leave; the text is kept among the drafts."""
    write = "message.undo"
    with open_granted(person(request), address, write=write) as (grant, store):
        _taken_back(store, sending.find(grant.mailbox, outgoing))
    return _back(request, address, _("Envoi annulé : le texte est en brouillon."))


def _taken_back(store: Store, row: Outgoing) -> tuple[str, int]:
    """(folder, UID) of the draft that it is again."""
    folder, uid = sending.cancel(store, row)
    store.mark(folder, [uid], DRAFT, on=True)
    whereabouts.stored(store.address, sending.root_of(row), uid)
    return folder, uid


@require_POST
def reschedule(request: HttpRequest, address: str, outgoing: uuid.UUID) -> HttpResponse:
    at = moments.parsed(request.POST.get("at", ""))
    write = "message.reschedule"
    with open_granted(person(request), address, write=write) as (grant, _store):
        sending.reschedule(sending.find(grant.mailbox, outgoing), at)
    text = _("Le message partira %(when)s.") % {"when": moments.shown(at)}
    return _back(request, address, text)


@require_POST
def send_now(request: HttpRequest, address: str, outgoing: uuid.UUID) -> HttpResponse:
    write = "message.send_now"
    with open_granted(person(request), address, write=write) as (grant, _store):
        sending.send_now(sending.find(grant.mailbox, outgoing))
    return _back(request, address, _("Le message part maintenant."))


@require_POST
def retry(request: HttpRequest, address: str, outgoing: uuid.UUID) -> HttpResponse:
    with open_granted(person(request), address, write="message.retry") as (
        grant,
        _store,
    ):
        sending.retry(sending.find(grant.mailbox, outgoing))
    return _back(request, address, _("Le message repart."))


def _back(request: HttpRequest, address: str, text: str) -> HttpResponse:
    remember(request, Notice(text))
    return see_other("mail:outbox", address)
