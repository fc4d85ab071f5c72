"""A whole conversation: the page, one folded message opened, the page to print."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts import preferences
from accounts.access import Grant
from accounts.requests import person
from convergence.web import answer, is_partial
from mail import conversing, labels
from mail.access import open_granted
from mail.conversing import Conversation, Window
from mail.forms import checked
from mail.labels import Tag
from mail.listforms import ConversationForm
from mail.messages import FLAGGED, MUTED, Folder, Summary
from mail.store import Store
from mail.views import exchanges, looks, messages, regions, sheets
from mail.views.exchanges import Leaf, Sheets
from mail.views.sheets import AS_IT_IS


@require_GET
def show(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    asked = checked(ConversationForm(request.GET))
    with open_granted(person(request), address) as (grant, store):
        read, search = Sheets(grant, store), asked["ailleurs"]
        # the newest message is on the page that is asked for by its name
        header = None if asked["jusque"] else read.header_of(folder, uid)
        found = conversing.conversation(
            store, folder, uid, search=search, header=header
        )
        window = conversing.window(found, uid, asked["jusque"] or 0)
        opened = conversing.unfolded(found, window, uid, everything=asked["tout"])
        counted = None if read.will_mark(found, opened) else found.folders
        leaves = exchanges.unfolded(grant, found, window, opened, read)
        sheet = _head(grant, store, found, leaves)
        context = _around(request, grant, store, folder, counted)
    context |= screen(grant, found, window, sheet)
    context |= {"leaves": leaves, "tout": asked["tout"]}
    # older messages of other folders are asked for when the page is there
    if not found.whole and not search:
        context["more"] = exchanges.written(leaves)
    return answer(request, "mail/conversations/show", context)


def _around(
    request: HttpRequest,
    grant: Grant,
    store: Store,
    folder: str,
    counted: tuple[Folder, ...] | None,
) -> dict[str, Any]:
    """What a whole page has beside; `counted` are the folders of this moment."""
    if is_partial(request):
        return {}
    return messages.shell(grant, store, folder, counted)


def _head(
    grant: Grant, store: Store, found: Conversation, leaves: Iterable[Leaf]
) -> dict[str, Any]:
    """The sheet of the newest message of this folder, that the toolbar is of; on a page
    of older ones it is not read."""
    name = regions.leaf_id(found.folder, found.here[0])
    newest = next((leaf for leaf in leaves if leaf.name == name), None)
    if newest is not None and newest.sheet is not None:
        return newest.sheet
    return sheets.unread(grant, store.message(found.folder, found.here[0]))


def screen(
    grant: Grant, found: Conversation, window: Window, sheet: dict[str, Any]
) -> dict[str, Any]:
    """What the templates of a conversation ask for; its toolbar is that of a message
    and acts on all that is in this folder."""
    summaries = [piece.summary for piece in found.pieces]
    return {
        **sheet,
        "mailbox": grant.mailbox,
        "grant": grant,
        "conversation": found,
        "window": window,
        "told": told(window),
        "uids": ",".join(map(str, found.here)),
        "thread": "conversation/",
        # the boxes tell of the newest message only
        "whole": len(found.here) == 1,
        "shortcuts": preferences.of(grant.user).shortcuts,
        "people": people(grant, found),
        "scope": scope(found),
        "muted": any(MUTED in summary.flags for summary in summaries),
        "tags": carried(grant, found),
        "flagged": any(FLAGGED in summary.flags for summary in summaries),
    }


def told(window: Window) -> str:
    """Which messages a page shows, in words."""
    if window.is_whole:
        return ""
    count = window.last - window.first + 1
    text = ngettext(
        "Le message %(last)s sur %(total)s",
        "Les messages %(first)s à %(last)s sur %(total)s",
        count,
    )
    if window.is_newest:
        text = _("Les %(count)s derniers messages sur %(total)s")
    shown = {"first": window.first, "last": window.last, "total": window.total}
    return text % {**shown, "count": count}


def people(grant: Grant, found: Conversation) -> str:
    *older, newest = (piece.summary for piece in found.pieces)
    row = Summary(newest.envelope, newest.flags, tuple(reversed(older)))
    return conversing.participants(row, grant.mailbox.addresses, _("moi"))


def carried(grant: Grant, found: Conversation) -> tuple[Tag, ...]:
    """The labels of any of its messages."""
    flags = frozenset().union(*(piece.summary.flags for piece in found.pieces))
    return labels.on(flags, labels.of(grant.mailbox))


def scope(found: Conversation) -> str:
    """On what the toolbar acts, in words, and what is not shown."""
    here = len(found.here)
    if len(found.pieces) == 1:
        return ""
    if not found.elsewhere:
        acts = _("La barre d’outils agit sur toute la conversation.")
    else:
        acts = ngettext(
            "La barre d’outils agit sur le message de ce dossier.",
            "La barre d’outils agit sur les %(count)s messages de ce dossier.",
            here,
        ) % {"count": here}
    return f"{_endless()} {acts}" if found.endless else acts


def _endless() -> str:
    return _(
        "Cette conversation est trop longue pour être réunie toute entière\u00a0: "
        "d’autres de ses messages sont dans leurs dossiers."
    )


@require_GET
def leaf(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    """A message that was folded."""
    if not is_partial(request):
        return redirect("mail:message", address, folder, uid)
    with open_granted(person(request), address) as (grant, store):
        shown = Sheets(grant, store).of(folder, uid)
    context = {"grant": grant, "mailbox": grant.mailbox, "sheet": shown}
    return render(request, "mail/conversations/_opened.html", context)


@require_GET
def printed(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    asked = checked(ConversationForm(request.GET))
    with open_granted(person(request), address) as (grant, store):
        found = conversing.conversation(store, folder, uid)
        window = conversing.window(found, uid, asked["jusque"] or 0)
        opened = conversing.unfolded(found, window, uid, everything=True)
        paper = Sheets(grant, store, looks.printed(AS_IT_IS))
        leaves = exchanges.unfolded(grant, found, window, opened, paper)
        sheet = _head(grant, store, found, leaves)
    context = screen(grant, found, window, sheet) | {"leaves": leaves}
    return render(request, "mail/conversations/print.html", context)
