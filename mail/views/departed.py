"""What has left already, met again: by another tab, the way back, a colleague."""

from __future__ import annotations

import uuid
from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import access
from accounts.access import Grant
from accounts.requests import person
from convergence.errors import ConvergenceError
from convergence.web import see_other
from mail import drafting, mending, sending, whereabouts
from mail.access import open_granted
from mail.attaching import Attached
from mail.dispatchforms import DispatchForm
from mail.models import Outgoing
from mail.store import Store
from mail.views import composer, framing, permalinks, regions

State = Outgoing.State
_DID_NOT_LEAVE = (State.CANCELLED, State.FAILED)


def met(
    request: HttpRequest,
    grant: Grant,
    store: Store,
    form: DispatchForm,
    files: Attached,
    left: sending.Left,
) -> HttpResponse:
    """The same message is told; of another text nothing is lost: it is a draft of its
    own from now on."""
    if left.is_same and _may_open(grant, left.row):
        cleared(store, form, left.row)
        return see_other("mail:departed", left.row.mailbox.address, left.row.pk)
    data = mending.mended(request.POST).copy()
    data["draft_root"] = uuid.uuid4().hex
    if drafting.message_id_of(store, data.get("draft_id", "")) in {"", "-"}:
        data["draft_id"] = ""
    anew = DispatchForm(data, right=grant)
    for error in form.non_field_errors():
        if error not in anew.non_field_errors():
            anew.add_error(None, error)
    told = about(left.row, grant)
    return composer.page(
        request, grant, store, anew, files, status=left.status, departed=told
    )


def cleared(store: Store, form: DispatchForm, row: Outgoing) -> None:
    """The draft goes. What fails here may not say that the message was not sent."""
    with suppress(ConvergenceError):
        drafting.discard(store, form.saving())
    whereabouts.left(store.address, form.root, row.pk, row.mailbox.address)


def _may_open(grant: Grant, row: Outgoing) -> bool:
    """Whether the person may open what it leaves from, which may be another mailbox."""
    rights = (grant, *access.mailboxes(grant.user))
    return any(right.mailbox.pk == row.mailbox_id for right in rights)


@require_GET
def show(request: HttpRequest, address: str, outgoing: uuid.UUID) -> HttpResponse:
    with open_granted(person(request), address) as (grant, store):
        row = sending.find(grant.mailbox, outgoing)
        if uid := _taken_back(grant, store, row):
            drafts = store.special("drafts")
            return see_other("mail:reply", store.address, drafts, uid, "brouillon")
        context = about(row, grant) | {"layout": framing.layout(request)}
        if framing.is_framed(request):
            context |= regions.bare(grant)
        else:
            context |= regions.shell(grant, store, "INBOX")
    response = render(request, "mail/compose/departed.html", context)
    return framing.composer(request, response)


def _taken_back(grant: Grant, store: Store, row: Outgoing) -> int:
    """The UID in Brouillons of the text that it was; 0 when it is none again, or nobody
    knows which."""
    if row.state != State.CANCELLED or not grant.can_write:
        return 0
    drafts = store.special("drafts")
    if uids := store.find(drafts, row.message_id):
        return max(uids)
    # another version by now
    found = whereabouts.of_root(store.address, sending.root_of(row))
    known = found.uid if found else 0
    return known if known and store.summaries(drafts, [known]) else 0


def about(row: Outgoing, grant: Grant) -> dict[str, str | bool]:
    """{title, sentence, path of what left, whether it did}; of a mailbox that the
    person may not open nothing but that it left."""
    if not _may_open(grant, row):
        return {"title": _gone(row), "sentence": "", "path": "", "left": True}
    address = row.mailbox.address
    outbox = f"/envois/{address}/#outgoing-{row.pk}"
    is_gone = row.state == State.SENT and row.filed
    path = permalinks.path_to(address, row.message_id) if is_gone else ""
    return {
        "title": _title(row),
        "sentence": _sentence(row, grant),
        "path": path or outbox,
        "left": row.state not in _DID_NOT_LEAVE,
    }


def _title(row: Outgoing) -> str:
    if row.state == State.CANCELLED:
        return _("L’envoi de ce message a été annulé")
    if row.state == State.FAILED:
        return _("Ce message n’est pas parti")
    if row.is_later:
        return _("Ce message est déjà programmé")
    if row.state in (State.HELD, State.DUE):
        return _("Ce message part déjà")
    return _gone(row)


def _gone(row: Outgoing) -> str:
    if row.state == State.UNKNOWN:
        return _("Ce message est peut-être déjà parti")
    return _("Ce message est déjà parti")


def _sentence(row: Outgoing, grant: Grant) -> str:
    if row.state == State.CANCELLED:
        return _("Rien n’a été envoyé.")
    if row.state == State.FAILED:
        return _("L’envoi dit pourquoi et permet de réessayer.")
    told = _("Envoyé par vous le %(when)s.")
    if row.author_id != grant.user.pk:
        told = _("Envoyé par %(name)s le %(when)s.")
    when = date_format(localtime(row.created_at), "j F Y à H:i")
    return told % {"when": when, "name": row.author.name or row.author.uid}
