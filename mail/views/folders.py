"""The list of a folder: pages, search, and what is new."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import Grant
from accounts.requests import person
from convergence.errors import FolderMissing, InputRefused
from convergence.openness import background
from convergence.web import answer
from mail import labels
from mail.access import open_granted
from mail.forms import ListForm, first_error
from mail.labels import Catalogue, Tag
from mail.messages import Listing
from mail.store import PAGE_SIZE, Store
from mail.views import regions

# where in the list, and when: no part of what is listed
_PLACES = {"page", "etat", "autour"}


@require_GET
def inbox(request: HttpRequest, address: str) -> HttpResponse:
    return redirect("mail:folder", address, "INBOX")


@require_GET
def show(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    form = checked(request)
    with open_granted(person(request), address) as (grant, store):
        context = screen(grant, store, folder, form)
    return answer(request, "mail/folder/show", context)


@background
@require_GET
def news(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    """204 while nothing has changed since `etat`, else the list and the counts."""
    form = checked(request)
    with open_granted(person(request), address) as (grant, store):
        state = store.state(folder)
        if state == request.GET.get("etat"):
            return HttpResponse(status=204)
        context = screen(grant, store, folder, form)
    return answer(request, "mail/folder/show", context)


def checked(request: HttpRequest) -> ListForm:
    form = ListForm(request.GET)
    if not form.is_valid():
        raise InputRefused(first_error(form))
    return form


def screen(grant: Grant, store: Store, folder: str, form: ListForm) -> dict[str, Any]:
    """Everything that the list shows: shell, rows, position."""
    # the list first: it brings the counts of this folder up to date
    listing = _listing(store, folder, form)
    context = regions.shell(grant, store, folder)
    if context["folder"] is None:
        raise FolderMissing
    special, catalogue = context["folder"].special, context["catalogue"]
    if keyword := form.query.keyword:
        context["label_list"] = regions.label_list(
            catalogue.tags, context["folder_path"], keyword
        )
    return context | {
        "listing": listing,
        "rows": regions.rows(listing, context["folder_path"], special, catalogue),
        "query": form.cleaned_data.get("q", ""),
        "within": form.cleaned_data.get("dans", ""),
        "filtered": bool(form.query),
        "filters": filters(form, catalogue),
        "label_filters": label_filters(form, catalogue),
        "label_boxes": labels.boxes(catalogue),
        "position": position(listing),
        "page_query": _page_query(form),
        "here": here(form, listing.number),
        "state": context["folder"].state,
        # the page keeps the title of its message
        "beside": bool(form.cleaned_data.get("autour")),
    }


class Filter(NamedTuple):
    """A quick filter: its words, whether it is on, the query that turns it."""

    label: str
    on: bool
    query: str


class LabelFilter(NamedTuple):
    tag: Tag
    on: bool
    query: str


def filters(form: ListForm, catalogue: Catalogue) -> tuple[Filter, ...]:
    words = (("non_lus", _("Non lus")), ("suivis", _("Suivis")))
    kept = {n: v for n, v in form.data.items() if n not in _PLACES}
    found = []
    for name, label in words:
        on = bool(form.cleaned_data.get(name))
        turned = {n: v for n, v in kept.items() if n != name}
        if not on:
            turned[name] = "1"
        query = f"?{urlencode(turned)}" if turned else ""
        found.append(Filter(label, on, query))
    return (*found, *_label_filter(form, catalogue))


def _label_filter(form: ListForm, catalogue: Catalogue) -> list[Filter]:
    """The label that restricts the list, to be taken back."""
    keyword = form.query.keyword
    if not keyword:
        return []
    tag = catalogue.find(keyword)
    rest = {n: v for n, v in form.data.items() if n not in {*_PLACES, "etiquette"}}
    query = f"?{urlencode(rest)}" if rest else ""
    return [Filter(tag.name if tag else keyword, True, query)]


def label_filters(form: ListForm, catalogue: Catalogue) -> tuple[LabelFilter, ...]:
    """The labels that the list can be restricted to, with the filters that are on."""
    current = form.query.keyword.lower()
    kept = {n: v for n, v in form.data.items() if n not in _PLACES}
    return tuple(
        LabelFilter(tag, tag.keyword.lower() == current, f"?{urlencode(turned)}")
        for tag in catalogue.tags
        for turned in ({**kept, "etiquette": tag.keyword},)
    )


def here(form: ListForm, number: int) -> str:
    """The query of this very page, so that an act answers with it."""
    kept = [(n, v) for n, v in form.data.items() if n not in _PLACES]
    if number > 1:
        kept.append(("page", str(number)))
    return f"?{urlencode(kept)}" if kept else ""


def _listing(store: Store, folder: str, form: ListForm) -> Listing:
    query = form.query
    if query:
        return store.search(folder, query, form.number)
    return store.page(folder, _number(store, folder, form))


def _number(store: Store, folder: str, form: ListForm) -> int:
    """The page that is asked for by its number, or by a message that it holds."""
    if uid := form.cleaned_data["autour"]:
        return store.rank(folder, uid) // PAGE_SIZE + 1
    return form.number


def position(listing: Listing) -> dict[str, int]:
    first = (listing.number - 1) * listing.size + 1 if listing.rows else 0
    return {
        "first": first,
        "last": first + len(listing.rows) - 1 if listing.rows else 0,
        "previous": listing.number - 1,
        "next": listing.number + 1 if listing.number < listing.pages else 0,
    }


def _page_query(form: ListForm) -> str:
    """The search, to be kept in the links to other pages."""
    kept = [(n, v) for n, v in form.data.items() if n not in _PLACES]
    return f"&{urlencode(kept)}" if kept else ""
