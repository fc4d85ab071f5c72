"""What is new in a folder that a page shows: the page asks when an event says so, and
now and then by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts.access import Grant
from accounts.requests import person
from convergence.openness import background
from convergence.web import answer, is_partial
from mail import reading
from mail.access import open_granted
from mail.forms import checked, valid
from mail.listforms import ListForm, NewsForm
from mail.messages import FLAGGED, Listing, Summary
from mail.store import Store
from mail.views import growing, regions
from mail.views.folders import screen

Context = dict[str, Any]


@background
@require_GET
def show(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    """204 while nothing has changed since `etat`; the counts when only those of other
    folders have; else the list too, and what became of the message that is open."""
    asked, form = _asked(request.GET)
    with open_granted(person(request), address) as (grant, store):
        found = store.folders(now=True)
        state = reading.state(found, folder)
        if state == asked["etat"]:
            return HttpResponse(status=204)
        if _same(state, asked["etat"]) and is_partial(request):
            context = regions.shell(grant, store, folder, found)
            context |= {"state": state, "alone": asked["seul"]}
            if asked["fil"]:
                left = [each.uid for each in _left(store, folder, asked)]
                context |= _grown(grant, store, folder, asked, left)
            return answer(request, "mail/news/counts", context)
        context = screen(grant, store, folder, form)
        context |= _opened(grant, store, asked, context["listing"])
    # the page keeps the title of the message that is open
    context |= {"alone": asked["seul"], "beside": bool(asked["ouvert"])}
    context = _arrived(asked, context) | context
    return answer(request, _name(request, asked), context)


def _name(request: HttpRequest, asked: Context) -> str:
    if not is_partial(request):
        return "mail/folder/show"
    return "mail/news/alone" if asked["seul"] else "mail/news/show"


def _asked(query: QueryDict) -> tuple[Context, ListForm]:
    """What the page says of itself, and which page of the list it is."""
    asked, rest = NewsForm(query), query.copy()
    for name in asked.fields:
        rest.pop(name, None)
    return checked(asked), valid(ListForm(rest))


def _same(state: str, before: str) -> bool:
    """Whether the folder itself is as it was."""
    return state.partition(".")[0] == before.partition(".")[0]


def _opened(grant: Grant, store: Store, asked: Context, listing: Listing) -> Context:
    """What the reader has to show of the message that is open in it."""
    uid = asked["ouvert"]
    if not uid:
        return {}
    if asked["v"] != listing.uidvalidity:
        return {"reader": "gone"}
    rows = [row for row in listing.rows if row.uid == uid and asked["fil"]]
    found = rows or _left(store, listing.folder, asked)
    if not found:
        return {"reader": "gone"}
    # a conversation is followed when any of its messages is
    flagged = any(FLAGGED in each.together for each in found)
    left = [row.uid for row in found]
    context = _grown(grant, store, listing.folder, asked, left)
    return context | {"reader": "marked", "flagged": flagged}


def _left(store: Store, folder: str, asked: Context) -> Sequence[Summary]:
    """What is still here of the conversation that is open, or the message that is."""
    if not asked["ouvert"]:
        return ()
    known = growing.here(growing.shown(asked["feuilles"]), folder)
    return store.summaries(folder, known or [asked["ouvert"]])


def _grown(
    grant: Grant, store: Store, folder: str, asked: Context, left: list[int]
) -> Context:
    """What became of the conversation that is open; `left` are messages of it here."""
    known = growing.shown(asked["feuilles"])
    if not asked["fil"] or not known or not left:
        return {}
    older = asked["anciens"]
    grown = growing.grown(grant, store, folder, left[0], known, older=older)
    told = {"arrived": grown.told} if grown.told else {}
    return {"grown": grown, **told}


def _arrived(asked: Context, context: Context) -> Context:
    """The sentence for what came since the newest message that the page shows."""
    last, listing = asked["vu"], context["listing"]
    if last is None or listing.number != 1 or context["filtered"]:
        return {}
    new = [row for row in listing.rows if row.uid > last and not row.seen]
    return {"arrived": _told(new)} if new else {}


def _told(new: list[Summary]) -> str:
    if len(new) > 1:
        text = ngettext(
            "%(count)s nouveau message.", "%(count)s nouveaux messages.", len(new)
        )
        return text % {"count": len(new)}
    envelope = new[0].envelope
    subject = envelope.subject[:120] or _("(sans objet)")
    words = {"who": envelope.sender.label or "—", "subject": subject}
    return _("Nouveau message de %(who)s : %(subject)s") % words
