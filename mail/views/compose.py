"""Writing: a new message, an answer, a forward, a draft resumed."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from accounts import preferences
from accounts.access import Grant
from accounts.requests import person
from convergence.returning import gives_back
from mail import (
    attaching,
    beginnings,
    citing,
    drafting,
    identities,
    moments,
    outbox,
    pictures,
    recipients,
)
from mail.access import open_granted
from mail.composing import Draft
from mail.dispatchforms import DispatchForm
from mail.messages import Message
from mail.mime import Prefer
from mail.store import Store
from mail.views import composer, moved, phrases, returning, submissions
from mail.views.composer import WRITE

FORWARD, RESUME = "transfert", "brouillon"


@gives_back(submissions.BACK)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, address: str) -> HttpResponse:
    user = person(request)
    posted = request.method == "POST"
    with open_granted(user, address, write=WRITE, recorded=posted) as (grant, store):
        if posted:
            return submissions.taken(request, grant, store)
        enclosed = beginnings.enclosed(store, request.GET)
        initial = beginnings.fields(request.GET, request.session)
        initial["subject"] = initial.get("subject") or beginnings.subject_of(enclosed)
        form = _form(grant, initial)
        phrases.sign(form, answers=False)
        form.initial["back"] = returning.asked(request)
        files = composer.files_of(grant, str(form.initial["token"]))
        files.carried = enclosed
        return composer.page(request, grant, store, form, files)


@require_GET
def answer_to(
    request: HttpRequest, address: str, folder: str, uid: int, kind: str
) -> HttpResponse:
    """A reply, a reply to all or a forward of this message, or a draft resumed."""
    user = person(request)
    with open_granted(user, address, write=WRITE, recorded=False) as (grant, store):
        if kind == RESUME and (later := moved.to(request, store, folder, uid)):
            return later
        prefer: Prefer = "text" if kind == RESUME else "html"
        message, texts = store.read(folder, uid, prefer)
        if kind == RESUME:
            form = _form(grant, _resumed(grant, store, message, texts))
            moved.found(store, folder, uid, str(form.initial["draft_root"]))
        else:
            draft = _begun(grant, store, message, texts, kind)
            initial = _fields(draft) | _origin(message, kind)
            initial["sender"] = identities.answering(grant.mailbox, message)
            form = _form(grant, initial)
            phrases.sign(form, answers=True)
        form.initial["back"] = returning.asked(request)
        files = composer.files_of(grant, str(form.initial["token"]))
        if kind in {FORWARD, RESUME}:
            files.carried = attaching.carried(grant.mailbox.address, message)
        return composer.page(request, grant, store, form, files)


def _begun(
    grant: Grant, store: Store, message: Message, texts: dict[str, bytes], kind: str
) -> Draft:
    address, own = grant.mailbox.address, grant.mailbox.addresses
    named = pictures.names_of(address, message)
    below = preferences.of(grant.user).answers == "below"
    return citing.begun(store, message, texts, kind, own, named, below=below)


def _form(grant: Grant, initial: dict[str, Any]) -> DispatchForm:
    return DispatchForm(right=grant, initial={"token": uuid.uuid4().hex, **initial})


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
        "sender": draft.sender,
        "reply_to": recipients.shown(draft.reply_to),
        "receipt": draft.receipt,
        "notify": draft.notify,
        "follow": moments.typed(draft.follow_at) if draft.follow_at else "",
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
    named = pictures.names_of(grant.mailbox.address, message)
    was = outbox.of_message(grant.mailbox, message.header.message_id)
    draft = drafting.resumed(message, texts, html, named)
    if was is not None:
        draft = replace(draft, notify=was.notify, follow_at=was.follow_at)
    fields = _fields(draft)
    for name, typed in drafting.unfinished(message).items():
        fields[name] = f"{fields[name]}, {typed}".removeprefix(", ")
    origin = drafting.origin(message, was)
    return fields | {
        "draft_root": drafting.root(grant.mailbox, message, was),
        "draft_id": drafting.name_of(message),
        "origin_folder": origin["folder"],
        "origin_id": origin["message_id"],
        "origin_flag": origin["flag"],
    }
