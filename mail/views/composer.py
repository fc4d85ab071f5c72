"""The page on which one writes: its form, its files and what it offers."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import Grant
from convergence.web import is_partial
from mail import identities, moments
from mail.attaching import Attached
from mail.dispatchforms import DispatchForm
from mail.guarding import Held
from mail.store import Store
from mail.uploads import Shelf
from mail.views import drafts, framing, phrases, regions, scheduling, toolbars

WRITE = "message.compose"


def files_of(grant: Grant, token: str, posted: QueryDict | None = None) -> Attached:
    shelf, posted = Shelf(grant.user.pk, token), posted or QueryDict()
    carried, shown = posted.getlist("carried"), posted.getlist("file")
    return Attached(grant.mailbox.address, shelf, carried, shown)


def _title(form: DispatchForm) -> str:
    """What one is writing, as the page's title says it."""
    names = {"answered": _("Répondre"), "forwarded": _("Transférer")}
    if form["draft_id"].value():
        return _("Brouillon")
    return names.get(form["origin_flag"].value() or "", _("Nouveau message"))


def page(
    request: HttpRequest,
    grant: Grant,
    store: Store | None,
    form: DispatchForm,
    files: Attached,
    *,
    status: int = 200,
    quiet: bool = False,
    held: Held | None = None,
    departed: dict[str, str] | None = None,
) -> HttpResponse:
    """`departed`: of what another text has left (mail/views/departed.py)."""
    senders = identities.offered(grant)
    context = {
        "held": held,
        "departed": departed,
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
