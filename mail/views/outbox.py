"""The outbox: what waits, what left, what did not."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import person
from convergence.web import Notice, answer, remember, see_other
from mail import outbox, sending
from mail.access import open_granted
from mail.imap.folders import SCHEDULED
from mail.messages import DRAFT
from mail.views import regions


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
