"""The files of a folder or of a mailbox: search, types, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import Grant
from accounts.requests import person
from convergence.errors import FolderMissing, InputRefused
from convergence.web import answer
from mail import collecting
from mail.access import open_granted
from mail.forms import Line, valid
from mail.store import Store
from mail.views import cards, regions

_SALT = "mail.files"
# what is thrown away is no place to look for a file
_LEFT_OUT = frozenset({"junk", "trash", "all", "flagged", "scheduled"})


class FilesForm(forms.Form):
    """Which files: words of their names, a type, and where to go on."""

    q = Line(max_length=200, required=False)
    type = forms.ChoiceField(
        choices=[(name, name) for name in collecting.GROUPS], required=False
    )
    suite = forms.CharField(max_length=8_000, required=False)

    @property
    def wanted(self) -> collecting.Wanted:
        return collecting.Wanted(self.cleaned_data["q"], self.cleaned_data["type"])


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
    context = regions.shell(grant, store, folder)
    names = (folder,) if folder else _searched(context["folders"])
    begin = _read(form.cleaned_data["suite"])
    page = collecting.page(store, names, form.wanted, begin, collecting.PAGE_SIZE)
    titles = {f.name: regions.folder_title(f) for f in context["folders"]}
    here = regions.path_of(grant.mailbox.address, folder) + "pieces/"
    return context | {
        "form": form,
        "files": [_row(grant, one, titles) for one in page.files],
        "page": page,
        "here": here if folder else f"/pieces/{grant.mailbox.address}/",
        "groups": _groups(form),
        "wanted": form.wanted,
        "further": _further(form, page.below),
        "first": _query(q=form.wanted.words, type=form.wanted.group),
        "begun": begin is not None,
    }


def _searched(folders: Any) -> tuple[str, ...]:
    """Empty ones would only use up the folders that a page may look into."""
    return tuple(
        f.name
        for f in folders
        if f.selectable and f.messages and f.special not in _LEFT_OUT
    )


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


def _further(form: FilesForm, below: Mapping[str, int]) -> str:
    """The query of the next page; signed, so that it is only what we have said."""
    if not below:
        return ""
    mark = signing.dumps(dict(below), salt=_SALT, compress=True)
    return _query(q=form.wanted.words, type=form.wanted.group, suite=mark)


def _read(mark: str) -> dict[str, int] | None:
    if not mark:
        return None
    try:
        found: dict[str, int] = signing.loads(mark, salt=_SALT)
    except signing.BadSignature as error:
        raise InputRefused from error
    return found
