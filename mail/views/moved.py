"""Drafts by an address or a name of before: where they are, what became of them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.requests import person
from convergence.errors import MessageMissing
from convergence.web import remember, see_other
from mail import whereabouts
from mail.access import open_granted
from mail.store import Store
from mail.views import drafts, framing, regions
from mail.views.composer import WRITE
from mail.whereabouts import Whereabouts


def to(
    request: HttpRequest, store: Store, folder: str, uid: int
) -> HttpResponse | None:
    """Where a draft is whose address is that of an earlier version."""
    known = whereabouts.of(store.address, uid)
    if known is None or store.summaries(folder, [uid]):
        return None
    return _there(request, store, known)


def found(store: Store, folder: str, uid: int, root: str) -> None:
    """It was opened: whoever comes back to it by its name finds it here."""
    if folder == store.special("drafts"):
        whereabouts.opened(store.address, root, uid)


@require_GET
def resume(request: HttpRequest, address: str, root: str) -> HttpResponse:
    """A draft by the name of all its versions, for as long as that is known."""
    user = person(request)
    with open_granted(user, address, write=WRITE, recorded=False) as (_grant, store):
        if (known := whereabouts.of_root(store.address, root)) is None:
            raise MessageMissing
        return _there(request, store, known)


def _there(request: HttpRequest, store: Store, known: Whereabouts) -> HttpResponse:
    if known.outgoing:
        return see_other("mail:departed", known.address, known.outgoing)
    if known.uid:
        return _open(store, known.uid)
    return _given_up(request, store, known.thrown)


def _open(store: Store, uid: int) -> HttpResponse:
    folder = store.special("drafts")
    return see_other("mail:reply", store.address, folder, uid, "brouillon")


def _given_up(request: HttpRequest, store: Store, name: str) -> HttpResponse:
    """Told with the button that brings it back. Raises MessageMissing when it is gone
    from the trash too."""
    folder = store.special("drafts")
    if name and (uids := store.find(folder, name)):
        return _open(store, max(uids))
    if not name or not store.find(store.special("trash"), name):
        raise MessageMissing
    remember(request, drafts.thrown_away(store.address, name))
    then = see_other(regions.path_of(store.address, folder))
    return framing.followed(request, store.address, then)
