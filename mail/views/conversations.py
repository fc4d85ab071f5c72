"""A whole conversation: the page, one folded message opened, the page to print."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts import preferences
from accounts.access import Grant
from accounts.requests import person
from convergence.keeping import kept_template
from convergence.templatetags import interface
from convergence.web import answer, is_partial
from mail import conversing, imaging, labels
from mail.access import open_granted
from mail.conversing import Conversation, Piece, Window
from mail.forms import checked
from mail.labels import Tag
from mail.listforms import ConversationForm
from mail.messages import FLAGGED, MUTED, Summary
from mail.store import Store
from mail.views import frames, looks, messages, regions, sheets
from mail.views.looks import Looks
from mail.views.sheets import AS_IT_IS


class Leaf(NamedTuple):
    """A message of the conversation: its line, and when it is unfolded its sheet."""

    piece: Piece
    number: int
    total: int
    path: str
    elsewhere: str
    sheet: dict[str, Any] | None

    @property
    def summary(self) -> Summary:
        return self.piece.summary

    @property
    def name(self) -> str:
        return regions.leaf_id(self.piece.folder.name, self.summary.uid)

    @property
    def line(self) -> SafeString:
        envelope = self.summary.envelope
        values = {
            "name": self.name,
            "seen": self.summary.seen,
            "flagged": self.summary.flagged,
            "attachment": envelope.has_attachment,
            "away": bool(self.elsewhere),
            "elsewhere": self.elsewhere,
            "who": envelope.sender.label or "—",
            "snippet": envelope.snippet,
            "number": self.number,
            "total": self.total,
            "iso": interface.iso_date(envelope.received),
            "day": interface.mail_date(envelope.received),
        }
        return kept_template("mail/conversations/_line.html").render(values)


@require_GET
def show(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    asked = checked(ConversationForm(request.GET))
    with open_granted(person(request), address) as (grant, store):
        search = asked["ailleurs"]
        found = conversing.conversation(store, folder, uid, search=search)
        window = conversing.window(found, uid, asked["jusque"] or 0)
        opened = conversing.unfolded(found, window, uid, everything=asked["tout"])
        leaves = [_leaf(grant, store, *at, found, opened) for at in window.of(found)]
        sheet = _head(grant, store, found, leaves)
        context = {} if is_partial(request) else messages.shell(grant, store, folder)
    context |= screen(grant, found, window, sheet)
    context |= {"leaves": leaves, "tout": asked["tout"]}
    # older messages of other folders are asked for when the page is there
    if not found.whole and not search:
        context["more"] = written(leaves)
    return answer(request, "mail/conversations/show", context)


def _leaf(
    grant: Grant,
    store: Store,
    number: int,
    piece: Piece,
    found: Conversation,
    opened: Collection[int],
    wanted: Looks = AS_IT_IS,
) -> Leaf:
    folder, uid = piece.folder.name, piece.summary.uid
    path = regions.message_path(grant.mailbox.address, folder, uid)
    title = regions.folder_title(piece.folder) if folder != found.folder else ""
    shown = _sheet(grant, store, folder, uid, wanted) if number in opened else None
    return Leaf(piece, number, len(found.pieces), path, title, shown)


def folded(
    grant: Grant, store: Store, found: Conversation, window: Window
) -> list[Leaf]:
    """The lines of its messages; nothing is read."""
    return [_leaf(grant, store, *at, found, ()) for at in window.of(found)]


def written(leaves: Iterable[Leaf]) -> str:
    """As a page says which ones it shows (mail/views/growing.py)."""
    folders: dict[str, list[str]] = {}
    for leaf in leaves:
        _leaf, folder, uid = leaf.name.split("-")
        folders.setdefault(folder, []).append(f"{uid}+" if leaf.sheet else uid)
    return "_".join(".".join((folder, *uids)) for folder, uids in folders.items())


def _sheet(
    grant: Grant, store: Store, folder: str, uid: int, wanted: Looks = AS_IT_IS
) -> dict[str, Any]:
    """Without remote images, but those of senders who are trusted: they are shown when
    the message is opened alone."""
    consent = imaging.consent(grant.user.pk, store.address, folder, uid)
    opening = frames.Opening(store.address, folder, uid, False, consent)
    return sheets.read(grant, store, opening, wanted)


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
        shown = _sheet(grant, store, folder, uid)
    context = {"grant": grant, "mailbox": grant.mailbox, "sheet": shown}
    return render(request, "mail/conversations/_opened.html", context)


@require_GET
def printed(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    asked = checked(ConversationForm(request.GET))
    with open_granted(person(request), address) as (grant, store):
        found = conversing.conversation(store, folder, uid)
        window = conversing.window(found, uid, asked["jusque"] or 0)
        opened = conversing.unfolded(found, window, uid, everything=True)
        paper = looks.printed(AS_IT_IS)
        leaves = [
            _leaf(grant, store, *at, found, opened, paper) for at in window.of(found)
        ]
        sheet = _head(grant, store, found, leaves)
    context = screen(grant, found, window, sheet) | {"leaves": leaves}
    return render(request, "mail/conversations/print.html", context)
