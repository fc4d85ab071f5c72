"""What one does to rows of the list over all mailboxes: one act for each mailbox, told
in one sentence, taken back by one click."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.access import Grant, grant, mailboxes
from accounts.requests import person
from convergence import failures
from convergence.errors import NotFound, Unavailable
from convergence.web import Notice, Undo, done, is_partial
from mail import unified
from mail.access import open_granted
from mail.filing import Order
from mail.forms import checked
from mail.gatherforms import GatheredForm, RestoreAllForm
from mail.store import Store
from mail.unified import Acted
from mail.views import sentences
from mail.views.unified import region

Wanted = TypeVar("Wanted")


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    data = checked(GatheredForm(request.POST))
    order = Order(data["verb"])
    write = f"message.{order.verb}"
    rights = _rights(request, data["uid"], write)
    with _opened(rights, data["uid"], write) as work:
        acted = _settled(request, unified.carry_out(work, order), write)
    told = sentences.told(acted, order) if acted.counts else ""
    return _answered(request, _notice(acted, told, _("Annuler"), rights))


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    tokens = checked(RestoreAllForm(request.POST))["tokens"]
    write = "message.restore"
    rights = _rights(request, tokens, write)
    with _opened(rights, tokens, write) as work:
        acted = _settled(request, unified.restore(work), write)
    told = sentences.restored(acted.count) if acted.counts else ""
    return _answered(request, _notice(acted, told, _("Réessayer"), rights))


def _rights(
    request: HttpRequest, wanted: Mapping[int, Any], write: str
) -> dict[str, Grant]:
    """The rights on these mailboxes, all of them before anything is done. Raises
    NotFound, ReadOnly."""
    user = person(request)
    known = {right.mailbox.pk: right.mailbox.address for right in mailboxes(user)}
    if not wanted.keys() <= known.keys():
        raise NotFound
    rights = [grant(user, known[pk], write=write) for pk in wanted]
    return {right.mailbox.address: right for right in rights}


@contextmanager
def _opened(
    rights: Mapping[str, Grant], wanted: Mapping[int, Wanted], write: str
) -> Iterator[dict[Store, Wanted]]:
    """The mailboxes, and what is wanted of each. Which of them are acted on is known
    afterwards."""
    with ExitStack() as stack:
        yield {
            stack.enter_context(
                open_granted(right.user, address, write=write, recorded=False)
            )[1]: wanted[right.mailbox.pk]
            for address, right in rights.items()
        }


def _settled(request: HttpRequest, acted: Acted, write: str) -> Acted:
    """What was done and refused is written down. Raises the last error when no mailbox
    answered: the rows stay on the page."""
    for address in acted.changed:
        audit.record(person(request).uid, write, mailbox=address)
    errors = list(acted.refused.values())
    if not acted.counts and all(isinstance(error, Unavailable) for error in errors):
        raise errors[-1]
    for error in errors:
        failures.log(request, error)
    return acted


def _answered(request: HttpRequest, notice: Notice) -> HttpResponse:
    query = request.GET.urlencode()
    then = reverse("mail:unified") + (f"?{query}" if query else "")
    context = region(request) if is_partial(request) else {}
    return done(request, "mail/unified/acted", context, then=then, notice=notice)


def _notice(acted: Acted, told: str, label: str, rights: Mapping[str, Grant]) -> Notice:
    """What was done, what was refused by whom, and the way back."""
    refused = [sentences.refused(rights[a], e) for a, e in acted.refused.items()]
    text = " ".join(filter(None, [told, *refused]))
    pairs = [f"{rights[a].mailbox.pk}={t}" for a, t in acted.tokens.items()]
    undo = None
    if pairs:
        url = reverse("mail:unified_restorations")
        undo = Undo(url, label, {"tokens": " ".join(pairs)})
    return Notice(text, "warning" if refused else "success", undo)
