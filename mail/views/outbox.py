"""The outbox: what waits, what left, what did not."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Grant
from accounts.requests import person
from convergence.errors import NotFound
from convergence.web import Notice, answer, remember
from mail import recipients, sending
from mail.access import open_granted
from mail.forms import ComposeForm
from mail.messages import Message
from mail.mime import layout, shown_name
from mail.models import Outgoing
from mail.reading import text_of
from mail.store import Store
from mail.uploads import Shelf
from mail.views import regions
from mail.views.compose import WRITE, _page

_SHOWN = 50


@require_GET
def show(request: HttpRequest, address: str) -> HttpResponse:
    with open_granted(person(request), address) as (grant, store):
        context = regions.shell(grant, store, "Programmés")
    return answer(request, "mail/outbox/show", context | {"rows": rows(grant)})


def rows(grant: Grant) -> list[Outgoing]:
    """Everything unfinished or failed, and what ended in the last week."""
    since = timezone.now() - timedelta(days=7)
    mine = Outgoing.objects.filter(mailbox=grant.mailbox, created_at__gt=since)
    return list(mine.prefetch_related("recipients").select_related("author")[:_SHOWN])


@require_POST
def undo(request: HttpRequest, address: str, outgoing: uuid.UUID) -> HttpResponse:
    """Take it back and go on writing."""
    write = "message.undo"
    with open_granted(person(request), address, write=write) as (grant, store):
        row = _row(grant, outgoing)
        folder, uid = sending.cancel(store, row)
        message, texts = store.read(folder, uid)
        initial = _again(message, text_of(message, texts), row)
        shelf = Shelf(grant.user.pk, initial["token"])
        _keep_files(store, message, shelf)
        store.expunge(folder, [uid])
        form = ComposeForm(initial=initial)
        return _page(request, grant, store, form)


def _again(message: Message, text: str, row: Outgoing) -> dict[str, Any]:
    header = message.header
    return {
        "token": uuid.uuid4().hex,
        "to": recipients.shown(header.to),
        "cc": recipients.shown(header.cc),
        "bcc": recipients.shown(header.bcc),
        "subject": header.subject,
        "text": text.replace("\r\n", "\n"),
        "in_reply_to": " ".join(header.in_reply_to),
        "references": " ".join(header.references),
        "origin_folder": row.origin.get("folder", ""),
        "origin_id": row.origin.get("message_id", ""),
        "origin_flag": row.origin.get("flag", ""),
    }


def _keep_files(store: Store, message: Message, shelf: Shelf) -> None:
    for part in layout(message.structure).attachments:
        _part, data = store.part(message.folder, message.uid, part.number)
        shelf.put(shown_name(part), part.type, data)


@require_POST
def retry(request: HttpRequest, address: str, outgoing: uuid.UUID) -> HttpResponse:
    with open_granted(person(request), address, write=WRITE) as (grant, _store):
        sending.retry(_row(grant, outgoing))
    remember(request, Notice(_("Le message repart.")))
    response = redirect(reverse("mail:outbox", args=[address]))
    response.status_code = 303
    return response


def _row(grant: Grant, outgoing: uuid.UUID) -> Outgoing:
    row = Outgoing.objects.filter(pk=outgoing, mailbox=grant.mailbox).first()
    if row is None:
        raise NotFound
    return row
