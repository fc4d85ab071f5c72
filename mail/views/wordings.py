"""The pages of signatures and templates: what is kept, adding, changing, ordering,
deleting it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts.access import Grant, grant
from accounts.requests import person
from convergence import csp
from convergence.errors import NotFound
from convergence.web import Notice, Undo, answer, remember, see_other
from mail import filling, identities, phrasing
from mail.access import open_granted
from mail.forms import checked
from mail.models import Signature, Template
from mail.phrasing import Row
from mail.views import regions, toolbars
from mail.wordingforms import SignatureForm, StepForm, TemplateForm, WordingForm


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two pages, by the last part of its address."""

    slug: str
    noun: str
    title: str | Promise
    about: str | Promise
    rows: Callable[[Grant], QuerySet[Any]]


KINDS = {
    "signatures": Kind(
        "signatures",
        "signature",
        gettext_lazy("Signatures"),
        gettext_lazy("Celles de la boîte : toute personne qui écrit en son nom les a."),
        phrasing.signatures,
    ),
    "modeles": Kind(
        "modeles",
        "template",
        gettext_lazy("Modèles"),
        gettext_lazy("Des textes prêts à être insérés dans un message."),
        phrasing.templates,
    ),
}


def _kind(slug: str) -> Kind:
    if slug not in KINDS:
        raise NotFound
    return KINDS[slug]


@require_GET
def show(request: HttpRequest, address: str, kind: str) -> HttpResponse:
    page = _kind(kind)
    with open_granted(person(request), address) as (right, store):
        context = regions.shell(right, store, "")
    context |= {"kind": page, "kinds": KINDS.values(), "rows": page.rows(right)}
    return answer(request, "mail/wordings/show", context)


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, address: str, kind: str) -> HttpResponse:
    return _edited(request, address, _kind(kind), None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, address: str, kind: str, pk: int) -> HttpResponse:
    return _edited(request, address, _kind(kind), pk)


def _edited(
    request: HttpRequest, address: str, page: Kind, pk: int | None
) -> HttpResponse:
    """The form, with what is wrong of it; back to the list once it is kept."""
    act = f"{page.noun}.{'create' if pk is None else 'change'}"
    posted = request.method == "POST"
    with open_granted(person(request), address, write=act, recorded=False) as (
        right,
        store,
    ):
        row = None if pk is None else phrasing.find(page.rows(right), pk)
        form = _form(right, page, row, request.POST if posted else None)
        if posted and form.is_valid():
            return _kept(request, right, page, row, form)
        context = regions.shell(right, store, "")
    context |= {"kind": page, "row": row, "form": form, **toolbars.kept(form)}
    context["typed"] = {name: form[name].value() or "" for name in ("text", "html")}
    context["variables"] = _variables(page)
    status = 400 if posted else 200
    response = render(request, "mail/wordings/edit.html", context, status=status)
    return csp.with_style_attributes(response)


def _form(right: Grant, page: Kind, row: Row | None, data: Any) -> WordingForm:
    initial = _fields(row) if row else {"shared": right.mailbox.is_functional}
    if page.slug == "modeles":
        return TemplateForm(data, initial=initial)
    senders = identities.of(right.mailbox)
    return SignatureForm(data, initial=initial, senders=senders)


def _fields(row: Row) -> dict[str, Any]:
    fields: dict[str, Any] = {n: getattr(row, n) for n in ("name", "text", "html")}
    if isinstance(row, Template):
        return fields | {"subject": row.subject, "shared": row.is_shared}
    names = ("address", "for_new", "for_answers")
    return fields | {name: getattr(row, name) for name in names}


def _variables(page: Kind) -> list[tuple[str, str | Promise]]:
    """Those that have a meaning there: a signature knows no recipient."""
    mine = ("date", "jour", "mon_", "ma_")
    return [
        (f"{{{{{name}}}}}", about)
        for name, about in filling.KNOWN.items()
        if page.slug == "modeles" or name.startswith(mine)
    ]


def _kept(
    request: HttpRequest, right: Grant, page: Kind, row: Row | None, form: WordingForm
) -> HttpResponse:
    row = row or _new(right, page)
    if isinstance(row, Template):
        # one's own, unless the mailbox is everybody's who opens it
        shared = form.cleaned_data["shared"] and right.mailbox.is_functional
        row.mailbox = right.mailbox if shared else None
        row.author = None if shared else right.user
    form.fill(row)
    phrasing.keep(right, row)
    remember(request, Notice(_("«\u00a0%s\u00a0» est enregistré.") % row.name))
    return _back(right.mailbox.address, page)


def _new(right: Grant, page: Kind) -> Row:
    if page.slug == "modeles":
        return Template()
    return Signature(mailbox=right.mailbox)


@require_POST
def delete(request: HttpRequest, address: str, kind: str, pk: int) -> HttpResponse:
    """Gone, with a button that makes the same again."""
    page = _kind(kind)
    right = grant(person(request), address, write=f"{page.noun}.delete")
    row = phrasing.find(page.rows(right), pk)
    fields = {n: str(v) for n, v in _fields(row).items() if v not in (False, "")}
    phrasing.delete(right, row)
    url = reverse("mail:new_wording", args=[right.mailbox.address, page.slug])
    text = _("«\u00a0%s\u00a0» est supprimé.") % row.name
    undo = Undo(url, _("Annuler"), fields, opens=True)
    remember(request, Notice(text, undo=undo))
    return _back(right.mailbox.address, page)


@require_POST
def move(request: HttpRequest, address: str, kind: str, pk: int) -> HttpResponse:
    page = _kind(kind)
    step = checked(StepForm(request.POST))["step"]
    right = grant(person(request), address, write=f"{page.noun}.move")
    phrasing.shift(right, phrasing.find(page.rows(right), pk), step)
    return _back(right.mailbox.address, page)


def _back(address: str, page: Kind) -> HttpResponse:
    return see_other("mail:wordings", address, page.slug)
