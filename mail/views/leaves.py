"""What one does to a single message of a conversation, in the folder where it is. The
conversation stays open: the page asks by itself what has become of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import person
from convergence.errors import Conflict
from convergence.web import Notice, Undo, done, is_partial
from mail import filing
from mail.access import open_granted
from mail.filing import Filed, Order
from mail.forms import LeafForm, RestoreForm, checked
from mail.store import Store
from mail.views import regions, sentences

CHANGED = '{"folder:changed": {"target": "#list"}}'


@require_POST
def act(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    order = Order(checked(LeafForm(request.POST))["verb"])
    write = f"message.{order.verb}"
    with open_granted(person(request), address, write=write) as (_right, store):
        if order.verb == "delete" and folder == store.special("trash"):
            raise Conflict(
                _("Pour supprimer ce message définitivement, ouvrez-le seul.")
            )
        filed = filing.carry_out(store, folder, [uid], order)
        notice = _notice(store, folder, uid, filed, order)
    then = regions.path_of(address, folder)
    if order.verb in filing.MARKS:
        then += f"{uid}/conversation/"
    context = {"name": regions.leaf_id(folder, uid), "verb": order.verb}
    return told(request, notice, then, context)


@require_POST
def undo(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    data = checked(RestoreForm(request.POST))
    write = "message.restore"
    with open_granted(person(request), address, write=write) as (_right, store):
        filed = filing.restore(store, data["token"])
    notice = Notice(sentences.restored(filed.count))
    return told(request, notice, regions.path_of(address, folder))


def told(
    request: HttpRequest,
    notice: Notice,
    then: str,
    context: dict[str, str] | None = None,
) -> HttpResponse:
    """The notice; the list and the conversation ask what is new."""
    name = "mail/conversations/acted"
    response = done(request, name, context, then=then, notice=notice)
    if is_partial(request):
        response.headers["HX-Trigger"] = CHANGED
    return response


def _notice(store: Store, folder: str, uid: int, filed: Filed, order: Order) -> Notice:
    text = sentences.told(filed, order)
    token = filing.token(store, filed)
    if not token:
        return Notice(text, level="success" if filed.count else "info")
    url = reverse("mail:undo_leaf", args=[store.address, folder, uid])
    return Notice(text, undo=Undo(url, _("Annuler"), {"token": token}))
