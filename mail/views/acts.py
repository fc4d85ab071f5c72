"""Acts on a whole folder or a whole search: begun, watched, taken back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import Grant, grant
from accounts.requests import person
from convergence.errors import Conflict
from convergence.openness import background
from convergence.web import Notice, Undo, aimed, answer, is_partial, see_other
from mail import acting, tasks
from mail.filing import Order
from mail.messages import Chosen
from mail.models import Act
from mail.store import Store
from mail.views import folders, regions, sentences

State = Act.State
SECONDS = 2


def chosen(
    request: HttpRequest, right: Grant, store: Store, folder: str, moment: str
) -> Chosen:
    """All that the list is a page of, as it was when it was shown."""
    return store.matching(folder, folders.query(request, right), moment)


def begin(
    request: HttpRequest, right: Grant, folder: str, order: Order, found: Chosen
) -> HttpResponse:
    query = folders.query(request, right)
    act = acting.begin(right, folder, order, query, found)
    return _handed_over(request, act)


def recall(request: HttpRequest, right: Grant, pk: UUID) -> HttpResponse:
    act = acting.find(right, pk)
    if not acting.recall(act):
        raise Conflict(_("Cette action est déjà annulée, ou ne peut plus l’être."))
    act.refresh_from_db()
    return _handed_over(request, act)


def _handed_over(request: HttpRequest, act: Act) -> HttpResponse:
    tasks.hand_over(act)
    if is_partial(request):
        response = _shown(request, act, begun=True)
        # the rows that are still on the page are no selection any more
        response.headers["HX-Trigger"] = '{"act:begun": {"target": "#list"}}'
        return response
    return see_other(_path(act))


def _path(act: Act) -> str:
    return reverse("mail:act", args=[act.mailbox.address, act.folder, act.pk])


@background
@require_GET
def show(request: HttpRequest, address: str, folder: str, act: UUID) -> HttpResponse:
    """How far it is. When no worker has taken it, this does it: somebody waits."""
    right = grant(person(request), address)
    found = acting.find(right, act)
    if acting.is_untaken(found):
        acting.carry_on(found.pk, acting.PAGE_SECONDS)
        found.refresh_from_db()
    return _shown(request, found)


def _shown(request: HttpRequest, act: Act, *, begun: bool = False) -> HttpResponse:
    address = act.mailbox.address
    under_way = act.state in acting.UNENDED
    context = {
        "act": act,
        "mailbox": act.mailbox,
        "path": _path(act),
        "folder_path": regions.path_of(address, act.folder),
        "under_way": under_way,
        "begun": begun,
        "returning": act.state in (State.RECALLED, State.RETURNING),
        "notice": None if under_way else _notice(act),
    }
    response = answer(request, "mail/acts/show", context)
    if under_way and begun:
        aimed(response, "#acts", "beforeend show:none")
    if not under_way:
        aimed(response, "#notices", "innerHTML show:none")
        response.headers["HX-Trigger"] = '{"folder:changed": {"target": "#list"}}'
    elif not is_partial(request):
        # without script the page asks again by itself
        response.headers["Refresh"] = str(SECONDS)
    return response


def _notice(act: Act) -> Notice:
    url = reverse("mail:restorations", args=[act.mailbox.address, act.folder])
    undo = Undo(url, _("Annuler"), {"act": str(act.pk)}) if act.steps else None
    if act.state == State.FAILED:
        text = _("%(why)s Messages traités : %(count)s.")
        told = text % {"why": act.failure, "count": act.count}
        return Notice(told, level="danger", undo=undo)
    if act.state == State.UNDONE:
        return Notice(sentences.restored(act.count))
    order = Order(act.verb, forever=act.forever)  # type: ignore[arg-type]
    return Notice(sentences.of(act.count, order), undo=undo)
