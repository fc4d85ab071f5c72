"""Writing: the form, answers to a message, drafts, and putting it into the outbox."""

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
from convergence.web import Notice, Undo, is_partial, remember
from mail import composing, drafting, mime, reading, recipients, sending
from mail.access import open_granted
from mail.composing import Draft
from mail.forms import ComposeForm
from mail.messages import Address, Message
from mail.models import Outgoing
from mail.store import Store
from mail.uploads import Shelf
from mail.views import regions

WRITE = "message.compose"
FORWARD, RESUME = "transfert", "brouillon"


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
    """A reply, a reply to all or a forward of this message, or a draft resumed."""
    user = person(request)
    with open_granted(user, address, write=WRITE) as (grant, store):
        message, texts = store.read(folder, uid, "text")
        if kind == RESUME:
            initial = _resumed(grant, store, message, texts)
        else:
            own = [grant.mailbox.address, *grant.mailbox.aliases]
            text = reading.text_of(message, texts)
            draft = composing.answer_to(message, text, kind, own)
            initial = _fields(draft) | _origin(message, kind)
        form = _form(initial)
        if kind in {FORWARD, RESUME}:
            _attach(store, message, Shelf(grant.user.pk, str(form.initial["token"])))
        return _page(request, grant, store, form)


def _form(initial: dict[str, Any]) -> ComposeForm:
    return ComposeForm(initial={"token": uuid.uuid4().hex, **initial})


def _fields(draft: Draft) -> dict[str, Any]:
    """A draft as the form shows it."""
    return {
        "to": recipients.shown(draft.to),
        "cc": recipients.shown(draft.cc),
        "bcc": recipients.shown(draft.bcc),
        "subject": draft.subject,
        "text": draft.text,
        "html": draft.html,
        "in_reply_to": draft.in_reply_to,
        "references": " ".join(draft.references),
    }


def _origin(message: Message, kind: str) -> dict[str, str]:
    """What gets \\Answered or $Forwarded once this has left."""
    return {
        "origin_folder": message.folder,
        "origin_id": message.header.message_id,
        "origin_flag": "forwarded" if kind == FORWARD else "answered",
    }


def _resumed(
    grant: Grant, store: Store, message: Message, texts: dict[str, bytes]
) -> dict[str, Any]:
    part = drafting.html_part(message)
    html = store.part(message.folder, message.uid, part.number)[1] if part else None
    fields = _fields(drafting.resumed(message, texts, html))
    known = Outgoing.objects.filter(
        mailbox=grant.mailbox, message_id=message.header.message_id
    ).first()
    origin = known.origin if known else {}
    return fields | {
        "draft_id": message.header.message_id,
        "origin_folder": origin.get("folder", "INBOX"),
        "origin_id": origin.get("message_id", fields["in_reply_to"]),
        "origin_flag": origin.get("flag", "answered" if fields["in_reply_to"] else ""),
    }


def _attach(store: Store, message: Message, shelf: Shelf) -> None:
    """The files of a message that is forwarded or resumed, as far as they fit."""
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
    if "attach" in request.POST or "remove" in request.POST:
        return _page(request, grant, store, form, quiet=form.is_valid())
    if not valid:
        return _page(request, grant, store, form, status=400)
    draft = form.draft(shelf.contents())
    act = _saved if "save" in request.POST else _queued
    response = redirect(act(request, grant, store, form, draft))
    response.status_code = 303
    shelf.clear()
    return response


def _queued(
    request: HttpRequest, grant: Grant, store: Store, form: ComposeForm, draft: Draft
) -> str:
    """Into the outbox; where to go then."""
    data, mailbox = form.cleaned_data, grant.mailbox
    row = sending.queue(
        store, grant.user, mailbox, draft, token=data["token"], origin=form.origin()
    )
    drafting.discard(store, data["draft_id"])
    url = reverse("mail:undo_send", args=[mailbox.address, row.pk])
    undo = Undo(url, _("Annuler l’envoi"), {}, settings.UNDO_SECONDS, opens=True)
    remember(request, Notice(_("Message envoyé."), undo=undo))
    return regions.path_of(mailbox.address, data["origin_folder"] or "INBOX")


def _saved(
    request: HttpRequest, grant: Grant, store: Store, form: ComposeForm, draft: Draft
) -> str:
    """Into Brouillons; where to go then."""
    mailbox = grant.mailbox
    sender = Address(mailbox.name, mailbox.address)
    drafting.save(store, sender, draft, replaces=form.cleaned_data["draft_id"])
    remember(request, Notice(_("Brouillon enregistré.")))
    return regions.path_of(mailbox.address, store.special("drafts"))


def _title(form: ComposeForm) -> str:
    """What one is writing, as the page's title says it."""
    names = {"answered": _("Répondre"), "forwarded": _("Transférer")}
    if form["draft_id"].value():
        return _("Brouillon")
    return names.get(form["origin_flag"].value() or "", _("Nouveau message"))


def tools() -> list[dict[str, str]]:
    """The buttons of formatted text: commands of the editor."""
    words = (
        ("bold", "bold", _("Gras")),
        ("italic", "italic", _("Italique")),
        ("underline", "underline", _("Souligné")),
        ("makeUnorderedList", "list", _("Liste à puces")),
        ("makeOrderedList", "list-ordered", _("Liste numérotée")),
        ("increaseQuoteLevel", "quote", _("Citation")),
        ("makeLink", "link", _("Lien")),
        ("removeAllFormatting", "remove-formatting", _("Effacer la mise en forme")),
    )
    return [{"command": c, "icon": i, "label": label} for c, i, label in words]


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
    context = {
        "form": form,
        "token": token,
        "quiet": quiet,
        "files": Shelf(grant.user.pk, token).files(),
        "sender": grant.mailbox,
        "fresh": not form.is_bound and not form.initial.get("to"),
        "title": _title(form),
        "tools": tools(),
    }
    if is_partial(request):
        return render(request, "mail/compose/_shelf.html", context)
    context |= regions.shell(grant, store, "INBOX")
    return render(request, "mail/compose/show.html", context, status=status)
