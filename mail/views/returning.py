"""The list from which one came to write, and to which one comes back."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse

from convergence.errors import ConvergenceError
from mail.store import Store
from mail.views import regions

LENGTH_MAX = 6_000
INBOX = "INBOX"


@dataclass(frozen=True, slots=True)
class Way:
    """`path` of a list; the mailbox and the folder, "" of the list of all mailboxes."""

    path: str
    address: str = ""
    folder: str = ""


def asked(request: HttpRequest) -> str:
    """What the address of a form says of it (`retour`)."""
    return request.GET.get("retour", "")[:LENGTH_MAX]


def path(store: Store, told: str, folder: str) -> str:
    """The list at the path `told`, else this folder's; the inbox's when the folder is
    no longer there."""
    wanted = way(told) or _to_folder(store.address, folder)
    is_here = wanted.address == store.address and wanted.folder != INBOX
    if is_here and not _has(store, wanted.folder):
        wanted = _to_folder(store.address, INBOX)
    return wanted.path


def _to_folder(address: str, folder: str) -> Way:
    return Way(regions.path_of(address, folder), address, folder)


def _has(store: Store, name: str) -> bool:
    """Whether there is such a folder; a mailbox that does not answer shows none."""
    try:
        return name in {folder.name for folder in store.folders()}
    except ConvergenceError:
        return False


def way(told: str) -> Way | None:
    """The list at this path, made anew of what it says: nothing else is gone to."""
    try:
        parts = urlsplit(told)
        found = resolve(unquote(parts.path))
    # of a name between brackets that is none; of a path that is none
    except (ValueError, Resolver404):
        return None
    lists = {"mail:folder", "mail:unified"}
    if parts.scheme or parts.netloc or found.view_name not in lists:
        return None
    path = reverse(found.view_name, kwargs=found.kwargs)
    query = QueryDict(parts.query).urlencode()
    address, folder = (found.kwargs.get(name, "") for name in ("address", "folder"))
    return Way(f"{path}?{query}" if query else path, address, folder)
