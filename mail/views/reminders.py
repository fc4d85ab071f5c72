"""What comes back: messages put off and answers expected; asking for it, seeing it,
changing it, taking it back."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import person
from convergence.errors import InputRefused
from convergence.web import (
    Notice,
    Undo,
    answer,
    asked_over,
    done,
    is_partial,
    remember,
    see_other,
)
from mail import following, moments, snoozing
from mail.access import open_granted
from mail.forms import BatchForm, SelectionForm, checked
from mail.messages import SNOOZED
from mail.models import Snooze
from mail.views import regions, sentences
from mail.views.actions import (
    departed,
    list_after,
    list_path,
    query_of,
    reading_path,
)


@require_GET
def show(request: HttpRequest, address: str) -> HttpResponse:
    """What waits in the mailbox, for all who open it."""
    with open_granted(person(request), address) as (grant, store):
        context = regions.shell(grant, store, SNOOZED)
    rows = snoozing.waiting(grant.mailbox)
    waiting = sum(row.state == Snooze.State.WAITING for row in rows)
    folder = context["folder"]
    context |= {
        "snoozed": rows,
        "expected": following.expected(grant.mailbox),
        "unknown": max(0, folder.messages - waiting) if folder else 0,
        "earliest": moments.typed(timezone.now()),
    }
    return answer(request, "mail/reminders/show", context)


@require_POST
def snooze(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    data = checked(SelectionForm(request.POST))
    if data["all"]:
        text = _(
            "Choisissez des messages : un dossier entier ne se met pas en attente."
        )
        raise InputRefused(text)
    uids = data["uid"]
    write, typed = "message.snooze", request.POST.get("at", "")
    if not typed:
        return _asked(request, address, folder, uids)
    at = moments.parsed(typed)
    with open_granted(person(request), address, write=write) as (grant, store):
        put_off = snoozing.snooze(store, grant, folder, uids, at)
        context = list_after(request, grant, store, folder)
    if not put_off.count:
        notice = Notice(_("Ces messages n’étaient plus là."), level="info")
    else:
        url = reverse("mail:unsnooze", args=[address, folder])
        undo = Undo(url, _("Annuler"), {"batch": str(put_off.batch)})
        notice = Notice(_told(put_off.count, moments.shown(at)), undo=undo)
    return departed(request, address, folder, context, notice)


def _told(count: int, when: str) -> str:
    text = ngettext(
        "%(count)s message reviendra %(when)s.",
        "%(count)s messages reviendront %(when)s.",
        count,
    )
    return text % {"count": count, "when": when}


@require_POST
def unsnooze(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    """Take back one act."""
    batch = checked(BatchForm(request.POST))["batch"]
    write = "message.unsnooze"
    with open_granted(person(request), address, write=write) as (grant, store):
        count = snoozing.cancel_batch(store, grant.mailbox, batch)
        context = list_after(request, grant, store, folder)
    notice = Notice(sentences.restored(count))
    then = list_path(request, address, folder)
    return done(request, "mail/folder/changed", context, then=then, notice=notice)


@require_POST
def change(request: HttpRequest, address: str, row: uuid.UUID) -> HttpResponse:
    at = moments.parsed(request.POST.get("at", ""))
    with open_granted(person(request), address, write="snooze.change") as (grant, _st):
        snoozing.change(snoozing.find(grant.mailbox, row), at)
    return _back(request, address, _told(1, moments.shown(at)))


@require_POST
def cancel(request: HttpRequest, address: str, row: uuid.UUID) -> HttpResponse:
    write = "message.unsnooze"
    with open_granted(person(request), address, write=write) as (grant, store):
        there = snoozing.cancel(store, snoozing.find(grant.mailbox, row))
    text = _("Message remis à sa place.") if there else _("Ce message n’était plus là.")
    return _back(request, address, text)


@require_POST
def follow(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    """Ask to be told when nobody has answered this message by a date."""
    typed = request.POST.get("at", "")
    if not typed:
        return _asked(request, address, folder, [uid], follow=True)
    at, write = moments.parsed(typed), "message.follow"
    with open_granted(person(request), address, write=write) as (grant, store):
        following.follow(store, grant, folder, uid, at)
        context = regions.shell(grant, store, folder) if is_partial(request) else {}
    text = _("Sans réponse, ce message vous sera rappelé %(when)s.")
    notice = Notice(text % {"when": moments.shown(at)})
    then = reading_path(address, folder, str(uid))
    return done(request, "mail/folder/marked", context, then=then, notice=notice)


@require_POST
def unfollow(request: HttpRequest, address: str, row: uuid.UUID) -> HttpResponse:
    with open_granted(person(request), address, write="message.unfollow") as (
        grant,
        _store,
    ):
        following.cancel(following.find(grant.mailbox, row))
    return _back(request, address, _("Aucune relance pour ce message."))


def _asked(
    request: HttpRequest,
    address: str,
    folder: str,
    uids: list[int],
    *,
    follow: bool = False,
) -> HttpResponse:
    """Nothing is done yet: the dialog, or the page, that asks the hour."""
    write = "message.follow" if follow else "message.snooze"
    with open_granted(person(request), address, write=write, recorded=False) as (
        grant,
        store,
    ):
        context = {} if is_partial(request) else regions.shell(grant, store, folder)
    path = regions.path_of(address, folder)
    here = query_of(request)
    tomorrow = timezone.now() + timedelta(days=1)
    asked = {
        "uids": uids,
        "is_open": "message" in request.POST,
        "action": f"{path}{uids[0]}/relance/" if follow else f"{path}attente/{here}",
        "then": list_path(request, address, folder),
        "typed": f"{moments.typed(tomorrow)[:10]}T08:00",
        "earliest": moments.typed(timezone.now()),
        **_words(follow=follow),
    }
    return asked_over(request, "mail/reminders/when", context | asked)


def _words(*, follow: bool) -> dict[str, str]:
    if follow:
        return {
            "title": _("Me relancer si personne n’a répondu"),
            "label": _("Une réponse est attendue avant le"),
            "button": _("Me relancer"),
        }
    return {
        "title": _("Me le rappeler"),
        "label": _("Le message reviendra le"),
        "button": _("Mettre en attente"),
    }


def _back(request: HttpRequest, address: str, text: str) -> HttpResponse:
    remember(request, Notice(text))
    return see_other("mail:reminders", address)
