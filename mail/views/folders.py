"""The list of a folder: pages and search."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from accounts import preferences
from accounts.access import Grant
from accounts.requests import person
from convergence.errors import FolderMissing
from convergence.web import answer
from mail import labels, reading
from mail.access import open_granted
from mail.forms import valid
from mail.listforms import ListForm
from mail.messages import Listing, Query
from mail.store import PAGE_SIZE, Store
from mail.views import bars, regions, rows


@require_GET
def inbox(request: HttpRequest, address: str) -> HttpResponse:
    return redirect("mail:folder", address, "INBOX")


@require_GET
def show(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    form = valid(ListForm(request.GET))
    with open_granted(person(request), address) as (grant, store):
        context = screen(grant, store, folder, form)
    return answer(request, "mail/folder/show", context)


def screen(grant: Grant, store: Store, folder: str, form: ListForm) -> dict[str, Any]:
    """Everything that the list shows: shell, rows, position."""
    # the list first: it brings the counts of this folder up to date
    query = _asked(grant, form)
    listing = _listing(grant, store, folder, form)
    context = regions.shell(grant, store, folder)
    if context["folder"] is None:
        raise FolderMissing
    special, catalogue = context["folder"].special, context["catalogue"]
    if keyword := query.keyword:
        context["label_list"] = regions.label_list(
            catalogue.tags, grant.mailbox.address, folder, keyword
        )
    return context | {
        "listing": listing,
        "rows": rows.page(
            listing,
            context["folder_path"],
            special,
            catalogue,
            grant.mailbox.addresses,
            dated=form.order.by == "date",
        ),
        "query": form.cleaned_data.get("q", ""),
        "within": form.cleaned_data.get("dans", ""),
        "filtered": bool(query),
        "filters": bars.filters(form, catalogue),
        "label_filters": bars.label_filters(form, catalogue),
        "orders": bars.orders(form),
        "label_boxes": labels.boxes(catalogue),
        "position": bars.position(listing),
        "page_query": bars.page_query(form),
        "here": bars.here(form, listing),
        # of conversations too: what is acted on are messages
        **bars.everything(
            listing, listing.total if query else context["folder"].messages, query
        ),
        "moment": context["folder"].state,
        "state": reading.state(context["folders"], folder),
        "sought": form.data.get("au", ""),
        # the page keeps the title of its message
        "beside": bool(form.cleaned_data.get("autour")),
    }


def query(request: HttpRequest, grant: Grant) -> Query:
    """What the list of this address is restricted to."""
    return _asked(grant, valid(ListForm(request.GET)))


def _asked(grant: Grant, form: ListForm) -> Query:
    return form.asked(grant.mailbox.addresses)


def groups(grant: Grant, form: ListForm) -> bool:
    """Whether the rows of this list are conversations: what is found, and what is
    sorted otherwise than by date, is shown by itself."""
    by_itself = _asked(grant, form) or form.order
    return not by_itself and preferences.of(grant.user).conversations


def _listing(grant: Grant, store: Store, folder: str, form: ListForm) -> Listing:
    """The page that is asked for, with those that were read after it."""
    query, grouped = _asked(grant, form), groups(grant, form)
    if not query and not form.order and form.seeks:
        return _holding(store, folder, form, grouped=grouped)

    def page(number: int, size: int = PAGE_SIZE) -> Listing:
        if query:
            return store.search(folder, query, number, size, form.order)
        if form.order:
            return store.arranged(folder, form.order, number, size)
        show = store.conversations if grouped else store.page
        return show(folder, number, size)

    if form.span == 1:
        return page(form.number)
    return bars.joined(page, form.number, form.span)


def _holding(store: Store, folder: str, form: ListForm, *, grouped: bool) -> Listing:
    """The page of the whole folder that holds a message or a day."""
    newer, around = _newer(store, folder, form), form.cleaned_data["autour"] or 0
    if grouped:
        return store.conversations(folder, 1, newer=newer, around=around)
    if newer is None:
        newer = store.rank(folder, around)
    return store.page(folder, newer // PAGE_SIZE + 1)


def _newer(store: Store, folder: str, form: ListForm) -> int | None:
    """How many messages stand before the day that is asked for."""
    day = form.cleaned_data["au"]
    return store.since(folder, day + timedelta(days=1)) if day else None
