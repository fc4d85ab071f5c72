"""The bars of a list: its filters and orders, its place in the folder, and the queries
that lead from one to the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from convergence.templatetags.interface import grouped
from mail.labels import Catalogue, Tag
from mail.listforms import ListForm
from mail.messages import Listing, Query
from mail.store import PAGE_SIZE

# where in the list, and when: no part of what is listed
_PLACES = {"page", "suite", "etat", "autour", "au"}


class Filter(NamedTuple):
    """A quick filter or an order: its words, whether it is on, the query of it."""

    label: str
    on: bool
    query: str


class LabelFilter(NamedTuple):
    tag: Tag
    on: bool
    query: str


def everything(listing: Listing, count: int, query: Query) -> dict[str, str]:
    """The words for a list of so many messages: how many are found, and to select them
    all when there are more than those that are shown."""
    shown = {"shown": grouped(count)}
    found = ngettext("%(shown)s résultat", "%(shown)s résultats", count) % shown
    words = {"found": found if count else _("Aucun résultat")} if query.text else {}
    if count <= len(listing.rows):
        return words
    text = (
        _("Sélectionner les %(shown)s messages trouvés")
        if query
        else _("Sélectionner les %(shown)s messages du dossier")
    )
    return words | {"all_words": text % shown, "all_count": shown["shown"]}


def filters(form: ListForm, catalogue: Catalogue) -> tuple[Filter, ...]:
    """The quick filters; each joins those that are on, or leaves them."""
    words = (
        ("non_lus", _("Non lus")),
        ("suivis", _("Suivis")),
        ("pieces_jointes", _("Avec pièce jointe")),
        ("pour_moi", _("Pour moi")),
    )
    return (
        *(_switch(form, name, label) for name, label in words),
        *_label_filter(form, catalogue),
    )


def _switch(form: ListForm, name: str, label: str) -> Filter:
    on = bool(form.cleaned_data.get(name))
    turned = _kept(form) | {name: "1"}
    if on:
        del turned[name]
    return Filter(label, on, asked(turned))


def _label_filter(form: ListForm, catalogue: Catalogue) -> list[Filter]:
    """The label that restricts the list, to be taken back."""
    keyword = form.query.keyword
    if not keyword:
        return []
    tag = catalogue.find(keyword)
    rest = {n: v for n, v in _kept(form).items() if n != "etiquette"}
    return [Filter(tag.name if tag else keyword, True, asked(rest))]


def label_filters(form: ListForm, catalogue: Catalogue) -> tuple[LabelFilter, ...]:
    """The labels that the list can be restricted to, with the filters that are on."""
    current = form.query.keyword.lower()
    kept = _kept(form)
    return tuple(
        LabelFilter(tag, tag.keyword.lower() == current, asked(turned))
        for tag in catalogue.tags
        for turned in ({**kept, "etiquette": tag.keyword},)
    )


def orders(form: ListForm) -> tuple[Filter, ...]:
    """What a list can be sorted by, then its inverse."""
    words = (
        ("date", _("Date")),
        ("expediteur", _("Expéditeur")),
        ("objet", _("Objet")),
        ("taille", _("Taille")),
    )
    current = form.cleaned_data["tri"] or "date"
    rest = {n: v for n, v in _kept(form).items() if n not in {"tri", "sens"}}
    # by date goes without saying
    named = {name: {} if name == "date" else {"tri": name} for name, _label in words}
    found = [
        Filter(label, name == current, asked(rest | named[name]))
        for name, label in words
    ]
    inverse = form.order.inverse
    turned = named[current] | ({} if inverse else {"sens": "inverse"})
    return (*found, Filter(_("Ordre inverse"), inverse, asked(rest | turned)))


def joined(page: Callable[[int, int], Listing], number: int, span: int) -> Listing:
    """`span` pages from this one on as one: in one step from the beginning of the list,
    else page by page. What has moved from one to the next meanwhile is there once."""
    if number == 1:
        whole = page(1, span * PAGE_SIZE)
        return replace(whole, size=PAGE_SIZE)
    found = page(number, PAGE_SIZE)
    rows = {row.uid: row for row in found.rows}
    for following in range(found.number + 1, min(found.pages, number + span - 1) + 1):
        rows |= {row.uid: row for row in page(following, PAGE_SIZE).rows}
    return replace(found, rows=tuple(rows.values()))


def position(listing: Listing) -> dict[str, int]:
    count = len(listing.rows)
    first = (listing.number - 1) * listing.size + 1 if count else 0
    extra = max(0, -(-count // listing.size) - 1)
    last = listing.number + extra
    return {
        "page": listing.number,
        "extra": extra,
        "first": first,
        "last": first + count - 1 if count else 0,
        "previous": listing.number - 1,
        "next": last + 1 if last < listing.pages else 0,
    }


def here(form: ListForm, listing: Listing) -> str:
    """The query of these very pages, so that an act answers with them."""
    number, extra = listing.number, position(listing)["extra"]
    places = {"page": number} if number > 1 else {}
    return asked(_kept(form) | places | ({"suite": extra} if extra else {}))


def page_query(form: ListForm) -> str:
    """The search and the order, to be kept in the links to other pages."""
    kept = _kept(form)
    return f"&{urlencode(kept)}" if kept else ""


def asked(parameters: Mapping[str, object]) -> str:
    return f"?{urlencode(parameters)}" if parameters else ""


def _kept(form: ListForm) -> dict[str, str]:
    return {n: v for n, v in form.data.items() if n not in _PLACES}
