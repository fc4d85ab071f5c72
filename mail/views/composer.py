"""The page on which one writes: its form, its files and what it offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import Grant
from convergence.web import is_partial
from mail import moments
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
    departed: Mapping[str, object] | None = None,
) -> HttpResponse:
    """`departed`: of what another text has left (mail/views/departed.py)."""
    context = _shelf(form, files, quiet=quiet)
    if is_partial(request):
        return render(request, "mail/compose/_shelf.html", context)
    typed = form.typed
    typed["draft_root"] = typed["draft_root"] or files.shelf.folder.name
    context |= _fields(form, typed, quiet=quiet) | _offered(grant, form, typed)
    context |= {
        "held": held,
        "departed": departed,
        "keeping": drafts.keeping(request),
        "layout": framing.layout(request),
        "framed": framing.is_framed(request),
    }
    if store is None or framing.is_framed(request):
        context |= regions.bare(grant)
    else:
        context |= regions.shell(grant, store, "INBOX")
    response = render(request, "mail/compose/show.html", context, status=status)
    return framing.composer(request, response)


def _shelf(form: DispatchForm, files: Attached, *, quiet: bool) -> dict[str, Any]:
    token = files.shelf.folder.name
    return {"form": form, "files": files, "token": token, "quiet": quiet}


def _fields(
    form: DispatchForm, typed: dict[str, str], *, quiet: bool
) -> dict[str, Any]:
    """What the form holds; `quiet`: what is wrong with it is not told."""
    return {
        "typed": typed,
        "wrong": dict.fromkeys(form.fields, ()) if quiet else form.wrong,
        "title": _title(typed),
        "fresh": not form.is_bound and not typed["to"],
        "options": _options(form, typed),
    }


def _offered(grant: Grant, form: DispatchForm, typed: dict[str, str]) -> dict[str, Any]:
    return {
        "identities": form.senders,
        "sent_as": _sender(form, typed["sender"] or grant.mailbox.address),
        "follow_moments": _reminders(typed),
        "own": settings.MAIL_DOMAIN,
        "recipients_max": settings.RECIPIENTS_MAX,
        **phrases.offered(form, typed),
        **scheduling.offered(grant, form),
        **toolbars.of(grant.user, form),
    }


def _title(typed: dict[str, str]) -> str:
    """What one is writing, as the page's title says it."""
    names = {"answered": _("Répondre"), "forwarded": _("Transférer")}
    if typed["draft_id"]:
        return _("Brouillon")
    return names.get(typed["origin_flag"], _("Nouveau message"))


def _sender(form: DispatchForm, wanted: str) -> str:
    """The one of the offered addresses that was chosen; "" when it is none."""
    found = (i.address for i in form.senders if i.address.lower() == wanted.lower())
    return next(found, "")


def _reminders(typed: dict[str, str]) -> tuple[moments.Moment, ...]:
    """The dates that are offered, and the one that was chosen some days ago."""
    found = moments.for_following()
    if typed["follow"] in {"", *(moment.value for moment in found)}:
        return found
    return (*moments.chosen(typed["follow"]), *found)


def _options(form: DispatchForm, typed: dict[str, str]) -> dict[str, Any]:
    """Nothing here is as somebody typed it: the page is kept by these values."""
    offered = {moment.value for moment in _reminders(typed)}
    return {
        "is_open": form.has_options,
        "receipt": bool(typed["receipt"]),
        "notify": bool(typed["notify"]),
        "follow": typed["follow"] if typed["follow"] in offered else "",
    }
