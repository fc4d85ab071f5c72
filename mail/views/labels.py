"""Labels on messages: putting them on, taking them off, undoing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import Grant, grant
from accounts.requests import person
from convergence.errors import InputRefused
from convergence.web import Notice, Undo, done
from mail import conversing, labelling, labels, naming
from mail.access import open_granted
from mail.filing import Order
from mail.forms import RestoreForm, checked
from mail.labelforms import LabelForm
from mail.labelling import Change, Labelled
from mail.store import Store
from mail.views import conversations, leaves, regions
from mail.views.actions import (
    back,
    filed_by,
    rows_after,
)


@require_POST
def apply(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    data = checked(LabelForm(request.POST))
    if data["all"]:
        return _apply_to_all(request, address, folder, data)
    write = "message.label"
    with open_granted(person(request), address, write=write) as (right, store):
        change = _chosen(right, data)
        labelled = labelling.label(store, folder, data["uid"], change)
        context = _after(request, right, store, folder, data["uid"])
    notice = _notice(request, address, folder, labelled)
    return _answered(request, address, folder, context, notice)


def _answered(
    request: HttpRequest,
    address: str,
    folder: str,
    context: dict[str, Any],
    notice: Notice,
) -> HttpResponse:
    then = back(request, address, folder)
    if "leaf" in request.POST:
        return leaves.told(request, notice, then, context)
    return done(request, "mail/labels/applied", context, then=then, notice=notice)


def _apply_to_all(
    request: HttpRequest, address: str, folder: str, data: dict[str, Any]
) -> HttpResponse:
    """One label for all that the list is a page of: it can be taken back as one act."""
    right = grant(person(request), address, write="message.label")
    change = _chosen(right, data)
    orders = [Order("label", keyword) for keyword in change.add]
    orders += [Order("unlabel", keyword) for keyword in change.remove]
    if len(orders) != 1:
        text = _("Une étiquette à la fois pour tous les messages du dossier.")
        raise InputRefused(text)
    return filed_by(request, address, folder, data, orders[0])


def _chosen(right: Grant, data: dict[str, Any]) -> Change:
    """What is to be put on and taken off; a name that was typed is a label too."""
    wanted = tuple(data["label"])
    if data["act"] == "set":
        known = (tag.keyword for tag in labels.of(right.mailbox).tags)
        offered = dict.fromkeys((*known, *wanted))
        change = labelling.differences(offered, wanted, data["mixed"])
    else:
        change = Change(**{data["act"]: wanted})
    if data["new"]:
        change = change.adding(naming.called(right, data["new"]).keyword)
    return change


@require_POST
def undo(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    data = checked(RestoreForm(request.POST))
    write = "message.label"
    with open_granted(person(request), address, write=write) as (right, store):
        uids = labelling.undo(store, folder, data["token"])
        context = _after(request, right, store, folder, uids)
    notice = Notice(_("Étiquettes rétablies."))
    return _answered(request, address, folder, context, notice)


def _after(
    request: HttpRequest,
    right: Grant,
    store: Store,
    folder: str,
    uids: Sequence[int],
) -> dict[str, Any]:
    """The rows that changed, and the labels of those that are open, one by one and at
    the head of their conversation."""
    if "leaf" in request.POST:
        # its folder need not be the one that the list shows
        context: dict[str, Any] = regions.bare(right)
    else:
        context = rows_after(request, right, store, folder, uids)
    if context and uids and "message" in request.POST:
        catalogue = labels.of(right.mailbox)
        rows = store.summaries(folder, uids)
        context["opened"] = [
            (regions.labels_id(folder, row.uid), labels.on(row.flags, catalogue))
            for row in rows
        ]
        if rows and request.POST.get("thread"):
            uid = rows[0].uid
            found = conversing.conversation(store, folder, uid, search=False)
            context["together"] = conversations.carried(right, found)
    return context


def _notice(
    request: HttpRequest, address: str, folder: str, labelled: Labelled
) -> Notice:
    if not labelled.count:
        return Notice(_("Rien n’a changé."), level="info")
    text = ngettext(
        "Étiquettes changées sur %(count)s message.",
        "Étiquettes changées sur %(count)s messages.",
        labelled.count,
    ) % {"count": labelled.count}
    fields = {"token": labelled.token}
    if "message" in request.POST:
        fields |= {"message": "1", "uid": ",".join(map(str, labelled.uids))}
        fields |= {n: "1" for n in ("thread", "leaf") if request.POST.get(n)}
    url = reverse("mail:label_undo", args=[address, folder])
    return Notice(text, undo=Undo(url, _("Annuler"), fields))
