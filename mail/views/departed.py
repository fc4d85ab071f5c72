"""What has left already, met again: by another tab, the way back, a colleague."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import Grant
from accounts.requests import person
from convergence.web import see_other
from mail import drafting, mending, sending
from mail.access import open_granted
from mail.attaching import Attached
from mail.dispatchforms import DispatchForm
from mail.models import Outgoing
from mail.store import Store
from mail.views import composer, framing, permalinks, regions

State = Outgoing.State


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
    if left.is_same and left.row.mailbox_id == grant.mailbox.pk:
        drafting.discard(store, form.saving())
        return see_other("mail:departed", grant.mailbox.address, left.row.pk)
    data = mending.mended(request.POST).copy()
    data["draft_root"] = uuid.uuid4().hex
    if drafting.message_id_of(store, data.get("draft_id", "")) in {"", "-"}:
        data["draft_id"] = ""
    anew = DispatchForm(data, right=grant)
    told = about(left.row, grant)
    return composer.page(
        request, grant, store, anew, files, status=left.status, departed=told
    )


@require_GET
def show(request: HttpRequest, address: str, outgoing: uuid.UUID) -> HttpResponse:
    with open_granted(person(request), address) as (grant, store):
        row = sending.find(grant.mailbox, outgoing)
        context = about(row, grant) | {"layout": framing.layout(request)}
        if framing.is_framed(request):
            context |= regions.bare(grant)
        else:
            context |= regions.shell(grant, store, "INBOX")
    response = render(request, "mail/compose/departed.html", context)
    return framing.composer(request, response)


def about(row: Outgoing, grant: Grant) -> dict[str, str]:
    """{title, sentence, path of what left}; of another mailbox nothing but that."""
    if row.mailbox_id != grant.mailbox.pk:
        return {"title": _("Ce message est déjà parti"), "sentence": "", "path": ""}
    outbox = f"/envois/{grant.mailbox.address}/#outgoing-{row.pk}"
    is_gone = row.state == State.SENT and row.filed
    path = permalinks.path_to(grant.mailbox.address, row.message_id) if is_gone else ""
    return {
        "title": _title(row),
        "sentence": _sentence(row, grant),
        "path": path or outbox,
    }


def _title(row: Outgoing) -> str:
    if row.state == State.UNKNOWN:
        return _("Ce message est peut-être déjà parti")
    if row.is_later:
        return _("Ce message est déjà programmé")
    if row.state in (State.HELD, State.DUE):
        return _("Ce message part déjà")
    return _("Ce message est déjà parti")


def _sentence(row: Outgoing, grant: Grant) -> str:
    told = _("Envoyé par vous le %(when)s.")
    if row.author_id != grant.user.pk:
        told = _("Envoyé par %(name)s le %(when)s.")
    when = date_format(localtime(row.created_at), "j F Y à H:i")
    return told % {"when": when, "name": row.author.name or row.author.uid}
