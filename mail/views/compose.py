"""Writing: the form, answers to a message, drafts, and putting it into the outbox."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import preferences
from accounts.access import Grant
from accounts.requests import person
from convergence import failures
from convergence.errors import ConvergenceError
from convergence.web import Level, Notice, is_partial, remember, see_other
from mail import (
    attaching,
    beginnings,
    businesscard,
    citing,
    drafting,
    guarding,
    identities,
    mending,
    moments,
    pictures,
    recipients,
    sending,
)
from mail.access import open_granted
from mail.attaching import Attached
from mail.composing import Draft
from mail.dispatchforms import BUTTONS, DispatchForm
from mail.forms import click_of
from mail.guarding import Held
from mail.messages import Message
from mail.mime import Prefer
from mail.models import Outgoing
from mail.store import Store
from mail.uploads import Shelf
from mail.views import (
    drafts,
    framing,
    mailings,
    phrases,
    regions,
    scheduling,
    toolbars,
)

WRITE = "message.compose"
FORWARD, RESUME = "transfert", "brouillon"
# what a button asks instead of sending
_ASKED = ("attach", "remove", "save", "open", "individual")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, address: str) -> HttpResponse:
    user = person(request)
    posted = request.method == "POST"
    with open_granted(user, address, write=WRITE, recorded=posted) as (grant, store):
        if posted:
            return _posted(request, grant, store)
        enclosed = beginnings.enclosed(store, request.GET)
        initial = beginnings.fields(request.GET, request.session)
        initial["subject"] = initial.get("subject") or beginnings.subject_of(enclosed)
        initial = phrases.begun(grant, initial, answers=False)
        form = _form(grant, initial)
        files = _files(grant, str(form.initial["token"]))
        files.carried = enclosed
        return _page(request, grant, store, form, files)


@require_GET
def answer_to(
    request: HttpRequest, address: str, folder: str, uid: int, kind: str
) -> HttpResponse:
    """A reply, a reply to all or a forward of this message, or a draft resumed."""
    user = person(request)
    with open_granted(user, address, write=WRITE, recorded=False) as (grant, store):
        prefer: Prefer = "text" if kind == RESUME else "html"
        message, texts = store.read(folder, uid, prefer)
        if kind == RESUME:
            initial = _resumed(grant, store, message, texts)
        else:
            draft = _begun(grant, store, message, texts, kind)
            initial = _fields(draft) | _origin(message, kind)
            initial["sender"] = identities.answering(grant.mailbox, message)
            initial = phrases.begun(grant, initial, answers=True)
        form = _form(grant, initial)
        files = _files(grant, str(form.initial["token"]))
        if kind in {FORWARD, RESUME}:
            files.carried = attaching.carried(grant.mailbox.address, message)
        return _page(request, grant, store, form, files)


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
    fields = _fields(drafting.resumed(message, texts, html, named))
    for name, typed in drafting.unfinished(message).items():
        fields[name] = f"{fields[name]}, {typed}".removeprefix(", ")
    origin = drafting.origin(grant.mailbox, message)
    return fields | {
        "draft_id": drafting.name_of(message),
        "origin_folder": origin["folder"],
        "origin_id": origin["message_id"],
        "origin_flag": origin["flag"],
    }


def _files(grant: Grant, token: str, posted: QueryDict | None = None) -> Attached:
    shelf, posted = Shelf(grant.user.pk, token), posted or QueryDict()
    carried, shown = posted.getlist("carried"), posted.getlist("file")
    return Attached(grant.mailbox.address, shelf, carried, shown)


def _posted(request: HttpRequest, grant: Grant, store: Store) -> HttpResponse:
    form = DispatchForm(mending.mended(request.POST), right=grant)
    form.full_clean()
    token = form.cleaned_data.get("token") or uuid.uuid4().hex
    files = _files(grant, token, request.POST)
    try:
        return _taken(request, grant, store, form, files)
    except ConvergenceError as error:
        if is_partial(request):
            raise
        return _given_back(request, grant, form, files, error)


def _taken(
    request: HttpRequest,
    grant: Grant,
    store: Store,
    form: DispatchForm,
    files: Attached,
) -> HttpResponse:
    """What the button asked for, or the form again with what is wrong."""
    asked = {*_ASKED, *BUTTONS} & set(request.POST)
    if asked & set(BUTTONS):
        form = DispatchForm(phrases.applied(request, grant), right=grant)
        return _page(request, grant, store, form, files, quiet=True)
    click = click_of(request)
    box = form.leaves_from.mailbox
    if not asked and (row := sending.known(click, grant.user, box)):
        return _sent(request, store, form, row)
    try:
        removed = request.POST.getlist("remove")
        files.change(removed, request.FILES.getlist("files"))
        if request.POST.get("attach") == "card":
            businesscard.put(grant, files.shelf)
    except ConvergenceError as error:
        form.add_error(None, str(error.message))
    if asked & {"attach", "remove", "open"}:
        quiet = not form.non_field_errors()
        return _page(request, grant, store, form, files, quiet=quiet)
    due_at = scheduling.hour(form, form.data)
    if not form.is_valid():
        return _page(request, grant, store, form, files, status=400)
    draft = drafts.whole(grant, store, form, files)
    held = None if asked else guarding.held(store, grant, draft, request.POST.dict())
    if held and (held.findings or "mend" in request.POST):
        return _page(request, grant, store, form, files, held=held)
    if "individual" in asked:
        response = mailings.prepared(grant, store, form, draft, click)
    elif asked:
        response = _saved(request, grant, store, form, draft)
    else:
        user, origin = grant.user, form.origin()
        with identities.desk(grant, store, form.leaves_from, WRITE) as desk:
            row = sending.queue(
                desk, user, box, draft, token=click, origin=origin, due_at=due_at
            )
        response = _sent(request, store, form, row)
    files.shelf.clear()
    return response


def _given_back(
    request: HttpRequest,
    grant: Grant,
    form: DispatchForm,
    files: Attached,
    error: ConvergenceError,
) -> HttpResponse:
    """The form with all that was typed, where an error page would lose it. Asks nothing
    of a server that may be down."""
    failures.log(request, error)
    text = str(error.message)
    if not isinstance(error, sending.Underway):
        kept = _("%(sentence)s Rien n’a été envoyé, votre texte est conservé ici.")
        text = kept % {"sentence": text}
    form.add_error(None, text)
    form.add_error(None, f"{_('Référence')} {error.reference}")
    response = _page(request, grant, None, form, files, status=error.status)
    response.headers["X-Reference"] = error.reference
    return response


def _sent(
    request: HttpRequest, store: Store, form: DispatchForm, row: Outgoing
) -> HttpResponse:
    """Told with a way back; then where one was."""
    remember(request, scheduling.told(row))
    folder = _left(store, form)
    then = see_other(regions.path_of(store.address, folder))
    return framing.followed(request, store.address, then)


def _left(store: Store, form: DispatchForm) -> str:
    """The draft goes; the folder from which one came, if it is still there. What fails
    here may not say that the message was not sent."""
    wanted = form.cleaned_data.get("origin_folder") or "INBOX"
    try:
        drafting.discard(store, form.saving())
        is_there = wanted == "INBOX" or wanted in {f.name for f in store.folders()}
    except ConvergenceError:
        is_there = False
    return wanted if is_there else "INBOX"


def _saved(
    request: HttpRequest, grant: Grant, store: Store, form: DispatchForm, draft: Draft
) -> HttpResponse:
    """Into Brouillons, and there."""
    saved = drafts.stored(grant, store, form, draft)
    told = drafts.APART if saved.is_apart else _("Brouillon enregistré.")
    level: Level = "warning" if saved.is_apart else "success"
    remember(request, Notice(str(told), level))
    address = grant.mailbox.address
    then = see_other(regions.path_of(address, saved.folder))
    return framing.followed(request, address, then)


def _title(form: DispatchForm) -> str:
    """What one is writing, as the page's title says it."""
    names = {"answered": _("Répondre"), "forwarded": _("Transférer")}
    if form["draft_id"].value():
        return _("Brouillon")
    return names.get(form["origin_flag"].value() or "", _("Nouveau message"))


def _page(
    request: HttpRequest,
    grant: Grant,
    store: Store | None,
    form: DispatchForm,
    files: Attached,
    *,
    status: int = 200,
    quiet: bool = False,
    held: Held | None = None,
) -> HttpResponse:
    senders = identities.offered(grant)
    context = {
        "held": held,
        "form": form,
        "token": files.shelf.folder.name,
        "quiet": quiet,
        "files": files,
        "identities": senders,
        **phrases.offered(grant, senders, form),
        "sent_as": (form["sender"].value() or grant.mailbox.address).lower(),
        "follow_moments": moments.for_following(),
        "fresh": not form.is_bound and not form.initial.get("to"),
        "title": _title(form),
        **scheduling.offered(grant, form),
        **toolbars.of(grant.user, form),
        "own": settings.MAIL_DOMAIN,
        "recipients_max": settings.RECIPIENTS_MAX,
        "keeping": drafts.keeping(request),
        "layout": framing.layout(request),
        "framed": framing.is_framed(request),
    }
    if is_partial(request):
        return render(request, "mail/compose/_shelf.html", context)
    if store is None or framing.is_framed(request):
        context |= regions.bare(grant)
    else:
        context |= regions.shell(grant, store, "INBOX")
    response = render(request, "mail/compose/show.html", context, status=status)
    return framing.composer(request, response)
