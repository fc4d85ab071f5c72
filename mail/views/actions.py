"""What one does to messages: marks, moves, deletion, and undoing them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import Grant
from accounts.requests import person
from convergence.web import Notice, Undo, asked_over, done, is_partial
from mail import acting, filing
from mail.access import open_granted
from mail.filing import Filed, Order
from mail.forms import (
    DeleteForm,
    MarkForm,
    MoveForm,
    RestoreForm,
    SelectionForm,
    checked,
)
from mail.listforms import ListForm
from mail.messages import Chosen
from mail.store import Store
from mail.views import acts, regions, rows, sentences
from mail.views.folders import groups, screen


@require_POST
def mark(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    data = checked(MarkForm(request.POST))
    if data["all"]:
        return filed_by(request, address, folder, data, Order(data["mark"]))
    with open_granted(person(request), address, write="message.mark") as (grant, store):
        filing.mark(store, folder, data["uid"], data["mark"])
        context = rows_after(request, grant, store, folder, data["uid"])
    if "message" in request.POST:
        context |= _reader_after(data["mark"])
    then = back(request, address, folder)
    return done(request, "mail/folder/marked", context, then=then)


def rows_after(
    request: HttpRequest, grant: Grant, store: Store, folder: str, uids: Sequence[int]
) -> dict[str, Any]:
    """For an update: only the rows that changed, and the folders' counts."""
    if not is_partial(request):
        return {}
    form = ListForm(request.GET)
    grouped = form.is_valid() and groups(grant, form)
    changed = (store.conversations_of if grouped else store.summaries)(folder, uids)
    context = regions.shell(grant, store, folder)
    return context | {
        "changed": [
            (
                row.uid,
                rows.one(
                    row,
                    context["folder_path"],
                    context["folder"],
                    context["catalogue"],
                    grant.mailbox.addresses,
                ),
            )
            for row in changed
        ]
    }


def _reader_after(mark: str) -> dict[str, Any]:
    """What becomes of the message that is open: unread again means closed."""
    if mark == "unseen":
        return {"reader": "closed"}
    return {"reader": "marked", "flagged": mark == "flagged"}


@require_POST
def move(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    data = checked(MoveForm(request.POST))
    order = Order("move", data["to"])
    return filed_by(request, address, folder, data, order)


@require_POST
def archive(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    data = checked(SelectionForm(request.POST))
    return filed_by(request, address, folder, data, Order("archive"))


@require_POST
def junk(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    data = checked(SelectionForm(request.POST))
    return filed_by(request, address, folder, data, Order("junk"))


@require_POST
def not_junk(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    data = checked(SelectionForm(request.POST))
    return filed_by(request, address, folder, data, Order("not_junk"))


@require_POST
def delete(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    """To the trash; from there only when the person has said that it is for ever."""
    data = checked(DeleteForm(request.POST))
    if not data["forever"]:
        with open_granted(
            person(request), address, write="message.delete", recorded=False
        ) as (grant, store):
            if folder == store.special("trash"):
                chosen = _chosen(request, grant, store, folder, data)
                # what comes while it is asked was not asked about
                data["etat"] = data["etat"] or chosen.moment
                return _asked(request, grant, folder, data, chosen.count)
    order = Order("delete", forever=data["forever"])
    return filed_by(request, address, folder, data, order)


def _asked(
    request: HttpRequest, grant: Grant, folder: str, data: dict[str, Any], count: int
) -> HttpResponse:
    """Nothing is deleted yet: the dialog that says that it would be final."""
    context = regions.bare(grant) | {
        "uids": data["uid"],
        "all": data["all"],
        "etat": data["etat"],
        "count": count,
        "is_open": "message" in request.POST,
        "folder_path": regions.path_of(grant.mailbox.address, folder),
        "then": list_path(request, grant.mailbox.address, folder),
        "here": query_of(request),
    }
    return asked_over(request, "mail/deletion/show", context)


def filed_by(
    request: HttpRequest, address: str, folder: str, data: dict[str, Any], order: Order
) -> HttpResponse:
    """Do it to what is chosen, at once or, when that is very much, bit by bit."""
    act = f"message.{order.verb}"
    with open_granted(person(request), address, write=act) as (grant, store):
        chosen = _chosen(request, grant, store, folder, data)
        if chosen.count > acting.DIRECT_MAX:
            return acts.begin(request, grant, folder, order, chosen)
        filed = filing.carry_out(store, folder, chosen.uids, order)
        context = list_after(request, grant, store, folder)
        notice = _notice(store, folder, filed, order)
    return departed(request, address, folder, context, notice)


def departed(
    request: HttpRequest,
    address: str,
    folder: str,
    context: dict[str, Any],
    notice: Notice,
) -> HttpResponse:
    """The list without what left; a message that was open is closed, and its address
    goes too."""
    if "message" in request.POST:
        context["reader"] = "closed"
    then = list_path(request, address, folder)
    response = done(request, "mail/folder/changed", context, then=then, notice=notice)
    if "reader" in context:
        response.headers["HX-Replace-Url"] = then
    return response


def _chosen(
    request: HttpRequest, grant: Grant, store: Store, folder: str, data: dict[str, Any]
) -> Chosen:
    if data["all"]:
        return acts.chosen(request, grant, store, folder, data["etat"])
    return Chosen(data["uid"], len(data["uid"]))


@require_POST
def restore(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    data = checked(RestoreForm(request.POST))
    write = "message.restore"
    with open_granted(person(request), address, write=write) as (grant, store):
        if data["act"]:
            return acts.recall(request, grant, data["act"])
        filed = filing.restore(store, data["token"])
        context = list_after(request, grant, store, folder)
    notice = Notice(sentences.restored(filed.count))
    then = list_path(request, address, folder)
    return done(request, "mail/folder/changed", context, then=then, notice=notice)


def list_path(request: HttpRequest, address: str, folder: str) -> str:
    """The page of the list that the act was done on."""
    return regions.path_of(address, folder) + query_of(request)


def query_of(request: HttpRequest) -> str:
    """The query of the address with its `?`, "" when there is none."""
    return f"?{request.GET.urlencode()}" if request.GET else ""


def list_after(
    request: HttpRequest, grant: Grant, store: Store, folder: str
) -> dict[str, Any]:
    """The list as it is now, for an update; a redirect shows it by itself. What has
    been done is told even when the page that is asked for makes no sense."""
    if not is_partial(request):
        return {}
    form = ListForm(request.GET)
    return screen(grant, store, folder, form if form.is_valid() else _first_page())


def _first_page() -> ListForm:
    form = ListForm({})
    form.is_valid()
    return form


def back(request: HttpRequest, address: str, folder: str) -> str:
    """A mark leaves the person where they were: in the list or in what is open, unless
    that was marked unread."""
    opened = request.POST.getlist("uid")
    stays = "message" in request.POST and request.POST.get("mark") != "unseen"
    if stays and len(opened) == 1:
        return reading_path(address, folder, opened[0])
    return list_path(request, address, folder)


def reading_path(address: str, folder: str, opened: str) -> str:
    """The page of what is open: a message, or a conversation of several UIDs."""
    uid, *more = opened.split(",")
    whole = "conversation/" if more else ""
    return f"{regions.path_of(address, folder)}{uid}/{whole}"


def _notice(store: Store, folder: str, filed: Filed, order: Order) -> Notice:
    text = sentences.told(filed, order)
    if not filed.count:
        return Notice(text, level="info")
    undo = None
    if token := filing.token(store, filed):
        url = reverse("mail:restorations", args=[store.address, folder])
        undo = Undo(url, _("Annuler"), {"token": token})
    return Notice(text, undo=undo)
