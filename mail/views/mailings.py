"""A message of their own for each of many people: prepared, watched, reported."""

from __future__ import annotations

import math
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Grant
from accounts.requests import person
from convergence.errors import NotFound
from convergence.web import Notice, answer, remember, see_other
from mail import identities, individually, merging, tallying
from mail.access import open_granted
from mail.composing import Draft
from mail.dispatchforms import DispatchForm
from mail.forms import checked, valid
from mail.mailingforms import CourseForm, TableForm, TrialForm
from mail.mailings import Mailing
from mail.messages import SCHEDULED
from mail.models import Addressee
from mail.store import Store
from mail.tabular import Table
from mail.views import attachments, regions

WRITE = "message.individual"
SHOWN_MAX = 500
# a page that watches asks again after so many seconds
SECONDS = 3
State = Mailing.State


def prepared(
    here: Grant, store: Store, form: DispatchForm, draft: Draft, click: str
) -> HttpResponse:
    """From the composer to the page from which it leaves for each by itself."""
    right, before = form.leaves_from, form.cleaned_data["draft_id"]
    with identities.desk(here, store, right, WRITE) as desk:
        mailing = individually.prepare(desk, right, draft, token=click, replaces=before)
    return see_other("mail:mailing", right.mailbox.address, mailing.pk)


@require_GET
def show(request: HttpRequest, address: str, mailing: uuid.UUID) -> HttpResponse:
    with open_granted(person(request), address) as (right, store):
        found = individually.find(right.mailbox, mailing)
        context = regions.shell(right, store, SCHEDULED) | _context(found)
        if found.state == State.DRAFT:
            number = request.GET.get("n", "0")
            context |= _prepared(store, found, number)
    return answer(request, "mail/mailings/show", context)


@require_POST
def fill(request: HttpRequest, address: str, mailing: uuid.UUID) -> HttpResponse:
    with open_granted(person(request), address, write=WRITE) as (right, _store):
        found = individually.find(right.mailbox, mailing)
        table = valid(TableForm(request.POST, request.FILES)).read()
        individually.fill(found, table)
    remember(request, _imported(table))
    return see_other("mail:mailing", address, mailing)


@require_POST
def try_out(request: HttpRequest, address: str, mailing: uuid.UUID) -> HttpResponse:
    fields = checked(TrialForm(request.POST))
    with open_granted(person(request), address, write=WRITE) as (right, store):
        found = individually.find(right.mailbox, mailing)
        number, token = fields["number"], fields["token"]
        individually.try_out(store, right, found, number, token)
    remember(request, Notice(_("Un essai part pour votre boîte.")))
    return see_other("mail:mailing", address, mailing)


@require_POST
def change(request: HttpRequest, address: str, mailing: uuid.UUID) -> HttpResponse:
    """Begin, pause, go on, stop; leave out who is no longer in the directory."""
    verb = checked(CourseForm(request.POST))["verb"]
    with open_granted(person(request), address, write=WRITE) as (right, store):
        found = individually.find(right.mailbox, mailing)
        remember(request, Notice(_changed(store, right, found, verb)))
    return see_other("mail:mailing", address, mailing)


@require_GET
def report(request: HttpRequest, address: str, mailing: uuid.UUID) -> HttpResponseBase:
    """What became of each, as a file to keep."""
    with open_granted(person(request), address) as (right, _store):
        found = individually.find(right.mailbox, mailing)
    response = StreamingHttpResponse(tallying.lines(found), content_type="text/csv")
    subject = found.subject or _("(sans objet)")
    name = _("Rapport d’envoi – %(subject)s.csv") % {"subject": subject[:80]}
    response.headers["Content-Disposition"] = attachments.disposition(name)
    return response


def _changed(store: Store, right: Grant, mailing: Mailing, verb: str) -> str:
    if verb == "begin":
        individually.begin(store, mailing)
        return _("L’envoi commence.")
    if verb == "pause":
        individually.pause(mailing)
        return _("L’envoi est en pause.")
    if verb == "resume":
        individually.resume(mailing)
        return _("L’envoi reprend.")
    if verb == "stop":
        individually.stop(store, mailing)
        return _("L’envoi est arrêté.")
    count = individually.leave_out_absent(mailing)
    text = ngettext("%(n)s personne écartée.", "%(n)s personnes écartées.", count)
    return text % {"n": count}


def _imported(table: Table) -> Notice:
    count = len(table.entries)
    text = ngettext("%(n)s ligne reprise.", "%(n)s lignes reprises.", count)
    told = text % {"n": count}
    if not table.refused:
        return Notice(told)
    lines = ", ".join(str(number) for number in table.refused[:10])
    more = "…" if len(table.refused) > 10 else ""
    left = _("Sans adresse valable, ligne : %(lines)s.") % {"lines": lines + more}
    return Notice(f"{told} {left}", level="warning")


def _context(mailing: Mailing) -> dict[str, Any]:
    counts = individually.counts(mailing)
    people = mailing.addressees.select_related("outgoing")
    people = people.prefetch_related("outgoing__recipients")
    running = mailing.state == State.SENDING
    running |= mailing.state == State.CANCELLED and not mailing.filed
    return {
        "mailing": mailing,
        "counts": counts,
        "people": people[:SHOWN_MAX],
        "shown_max": SHOWN_MAX,
        "running": running,
        "minutes": math.ceil(counts["waiting"] / settings.INDIVIDUAL_PER_MINUTE),
        "seconds": SECONDS,
    }


def _prepared(store: Store, mailing: Mailing, number: str) -> dict[str, Any]:
    """What stands on the page before it leaves; without its text only the reason."""
    try:
        folder, uid = individually.place(store, mailing)
        text = individually.template(store, mailing)
    except NotFound as error:
        return {"missing": error.message}
    people = list(mailing.addressees.exclude(state=individually.Person.LEFT))
    same = individually.common(mailing, text)
    return {
        "edit": regions.write_path(store.address, folder, uid) + "brouillon/",
        "unknown": merging.unknown(text, people, same),
        "token": uuid.uuid4().hex,
        "form": TableForm(),
        **_previewed(text, people, number, same),
    }


def _previewed(
    text: Draft, people: list[Addressee], number: str, same: dict[str, str]
) -> dict[str, Any]:
    """The message of one of them, with the ways to the next and the one before."""
    if not people:
        return {}
    wanted = int(number) if number.isascii() and number.isdigit() else 0
    at = next((i for i, p in enumerate(people) if p.number >= min(wanted, 10**9)), 0)
    return {
        "preview": merging.merged(text, people[at], same),
        "one": people[at],
        "rank": at + 1,
        "before": people[at - 1].number if at else 0,
        "after": people[at + 1].number if at + 1 < len(people) else 0,
    }
