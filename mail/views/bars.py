"""The bars of a list: its filters and orders, its place in the folder, and the queries
that lead from one to the other."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from mail.forms import ListForm
from mail.labels import Catalogue, Tag
from mail.messages import Listing

# where in the list, and when: no part of what is listed
_PLACES = {"page", "etat", "autour", "au"}


class Filter(NamedTuple):
    """A quick filter or an order: its words, whether it is on, the query of it."""

    label: str
    on: bool
    query: str


class LabelFilter(NamedTuple):
    tag: Tag
    on: bool
    query: str


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


def position(listing: Listing) -> dict[str, int]:
    first = (listing.number - 1) * listing.size + 1 if listing.rows else 0
    return {
        "first": first,
        "last": first + len(listing.rows) - 1 if listing.rows else 0,
        "previous": listing.number - 1,
        "next": listing.number + 1 if listing.number < listing.pages else 0,
    }


def here(form: ListForm, number: int) -> str:
    """The query of this very page, so that an act answers with it."""
    return asked(_kept(form) | ({"page": str(number)} if number > 1 else {}))


def page_query(form: ListForm) -> str:
    """The search and the order, to be kept in the links to other pages."""
    kept = _kept(form)
    return f"&{urlencode(kept)}" if kept else ""


def asked(parameters: dict[str, str]) -> str:
    return f"?{urlencode(parameters)}" if parameters else ""


def _kept(form: ListForm) -> dict[str, str]:
    return {n: v for n, v in form.data.items() if n not in _PLACES}
