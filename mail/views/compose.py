"""Writing: the form, answers to a message, and putting it into the outbox."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import Grant
from accounts.requests import person
from convergence.errors import TooLarge
from convergence.web import Notice, Undo, remember
from mail import composing, mime, reading, recipients, sending
from mail.access import open_granted
from mail.composing import Draft
from mail.forms import ComposeForm
from mail.messages import Message
from mail.store import Store
from mail.uploads import Shelf
from mail.views import regions

WRITE = "message.compose"


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, address: str) -> HttpResponse:
    user = person(request)
    with open_granted(user, address, write=WRITE) as (grant, store):
        if request.method == "POST":
            return _posted(request, grant, store)
        initial = {
            "to": request.GET.get("a", "")[:2000],
            "subject": request.GET.get("objet", "")[:500],
        }
        return _page(request, grant, store, _form(initial))


@require_GET
def answer_to(
    request: HttpRequest, address: str, folder: str, uid: int, kind: str
) -> HttpResponse:
    """A reply, a reply to all or a forward of this message."""
    user = person(request)
    with open_granted(user, address, write=WRITE) as (grant, store):
        message, texts = store.read(folder, uid)
        own = [grant.mailbox.address, *grant.mailbox.aliases]
        text = reading.text_of(message, texts)
        draft = composing.answer_to(message, text, kind, own)
        form = _form(_initial(draft, message, kind))
        if kind == "transfert":
            _attach(store, message, Shelf(user.pk, str(form.initial["token"])))
        return _page(request, grant, store, form)


def _form(initial: dict[str, Any]) -> ComposeForm:
    return ComposeForm(initial={"token": uuid.uuid4().hex, **initial})


def _initial(draft: Draft, message: Message, kind: str) -> dict[str, Any]:
    return {
        "to": recipients.shown(draft.to),
        "cc": recipients.shown(draft.cc),
        "subject": draft.subject,
        "text": draft.text,
        "in_reply_to": draft.in_reply_to,
        "references": " ".join(draft.references),
        "origin_folder": message.folder,
        "origin_id": message.header.message_id,
        "origin_flag": "forwarded" if kind == "transfert" else "answered",
    }


def _attach(store: Store, message: Message, shelf: Shelf) -> None:
    """The files of a forwarded message, as far as they fit."""
    total = 0
    for part in mime.layout(message.structure).attachments:
        total += part.size
        if total > settings.MESSAGE_MAX_BYTES:
            return
        _part, data = store.part(message.folder, message.uid, part.number)
        shelf.put(mime.shown_name(part), part.type, data)


def _posted(request: HttpRequest, grant: Grant, store: Store) -> HttpResponse:
    form = ComposeForm(request.POST)
    valid = form.is_valid()
    token = form.cleaned_data.get("token") or uuid.uuid4().hex
    shelf = Shelf(grant.user.pk, token)
    try:
        shelf.remove(request.POST.getlist("remove"))
        shelf.add(request.FILES.getlist("files"))
    except TooLarge as error:
        form.add_error(None, str(error.message))
        valid = False
    if "attach" in request.POST or request.POST.getlist("remove"):
        return _page(request, grant, store, form, quiet=True)
    if not valid:
        return _page(request, grant, store, form, status=400)
    draft = form.draft(shelf.contents())
    row = sending.queue(
        store, grant.user, grant.mailbox, draft, token=token, origin=form.origin()
    )
    shelf.clear()
    url = reverse("mail:undo_send", args=[grant.mailbox.address, row.pk])
    undo = Undo(url, _("Annuler l’envoi"), {}, settings.UNDO_SECONDS)
    remember(request, Notice(_("Message envoyé."), undo=undo))
    folder = form.cleaned_data.get("origin_folder") or "INBOX"
    response = redirect(regions.path_of(grant.mailbox.address, folder))
    response.status_code = 303
    return response


def _page(
    request: HttpRequest,
    grant: Grant,
    store: Store,
    form: ComposeForm,
    *,
    status: int = 200,
    quiet: bool = False,
) -> HttpResponse:
    token = form["token"].value() or uuid.uuid4().hex
    context = regions.shell(grant, store, "INBOX") | {
        "form": form,
        "token": token,
        "quiet": quiet,
        "files": Shelf(grant.user.pk, token).files(),
        "sender": grant.mailbox,
    }
    return render(request, "mail/compose/show.html", context, status=status)
