"""The files of a folder or of a mailbox: search, types, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import Grant
from accounts.requests import person
from convergence.errors import FolderMissing
from convergence.web import answer
from mail import collecting
from mail.access import open_granted
from mail.forms import valid
from mail.listforms import FilesForm
from mail.store import Store
from mail.views import cards, regions


@require_GET
def of_folder(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    form = valid(FilesForm(request.GET))
    with open_granted(person(request), address) as (grant, store):
        context = _screen(grant, store, folder, form)
    if context["folder"] is None:
        raise FolderMissing
    return answer(request, "mail/files/show", context)


@require_GET
def of_mailbox(request: HttpRequest, address: str) -> HttpResponse:
    form = valid(FilesForm(request.GET))
    with open_granted(person(request), address) as (grant, store):
        context = _screen(grant, store, "", form)
    return answer(request, "mail/files/show", context)


def _screen(grant: Grant, store: Store, folder: str, form: FilesForm) -> dict[str, Any]:
    # of this moment: a folder that is said to be empty is not looked into
    context = regions.shell(grant, store, folder, store.folders(now=True))
    names = (folder,) if folder else collecting.searched(context["folders"])
    begin = collecting.read_mark(form.cleaned_data["suite"])
    page = collecting.page(store, names, form.wanted, begin, collecting.PAGE_SIZE)
    titles = {f.name: regions.folder_title(f) for f in context["folders"]}
    address = grant.mailbox.address
    here = regions.path_of(address, folder) + "pieces/"
    return context | {
        "form": form,
        "files": [_row(grant, one, titles) for one in page.files],
        "page": page,
        "here": here if folder else reverse("mail:mailbox_files", args=[address]),
        "groups": _groups(form),
        "wanted": form.wanted,
        "further": _further(form, page),
        "first": _query(q=form.wanted.words, type=form.wanted.group),
        "begun": begin is not None,
    }


def _row(
    grant: Grant, found: collecting.Found, titles: Mapping[str, str]
) -> dict[str, Any]:
    address, uid = grant.mailbox.address, found.envelope.uid
    path = regions.message_path(address, found.folder, uid)
    return {
        "card": cards.made(path, found.uidvalidity, found.part),
        "envelope": found.envelope,
        "path": path,
        "folder": titles.get(found.folder, found.folder),
    }


def _groups(form: FilesForm) -> list[dict[str, Any]]:
    """The type filters: their words, whether they are on, the query that sets them."""
    words = {
        "": _("Tout"),
        "images": _("Images"),
        "pdf": _("PDF"),
        "documents": _("Documents"),
        "sons": _("Sons"),
        "messages": _("Messages"),
        "autres": _("Autres"),
    }
    chosen, text = form.wanted.group, form.wanted.words
    return [
        {"label": label, "on": name == chosen, "query": _query(q=text, type=name)}
        for name, label in words.items()
    ]


def _query(**fields: str) -> str:
    kept = {name: value for name, value in fields.items() if value}
    return f"?{urlencode(kept)}" if kept else "?"


def _further(form: FilesForm, page: collecting.Page) -> str:
    """The query of the next page."""
    if page.is_last:
        return ""
    return _query(q=form.wanted.words, type=form.wanted.group, suite=page.mark)
