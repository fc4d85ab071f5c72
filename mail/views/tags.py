"""The labels of a mailbox: making, naming, colouring, ordering, deleting them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts import audit
from accounts.access import Grant, grant
from accounts.requests import person
from convergence.errors import NotFound
from convergence.web import Notice, answer, remember, see_other
from mail import labels, naming
from mail.access import open_granted
from mail.forms import checked
from mail.labelforms import ChangeTagForm, DeleteTagForm, TagForm
from mail.views import regions

COLOUR_NAMES = {
    "red": gettext_lazy("rouge"),
    "orange": gettext_lazy("orange"),
    "yellow": gettext_lazy("jaune"),
    "green": gettext_lazy("vert"),
    "teal": gettext_lazy("turquoise"),
    "blue": gettext_lazy("bleu"),
    "indigo": gettext_lazy("indigo"),
    "purple": gettext_lazy("violet"),
    "pink": gettext_lazy("rose"),
    "grey": gettext_lazy("gris"),
}


@require_GET
def show(request: HttpRequest, address: str) -> HttpResponse:
    with open_granted(person(request), address) as (right, store):
        context = regions.shell(right, store, "")
    colours = [(key, COLOUR_NAMES[key]) for key in labels.COLOURS]
    context |= {"tags": context["catalogue"].tags, "colours": colours}
    return answer(request, "mail/labels/show", context)


@require_POST
def create(request: HttpRequest, address: str) -> HttpResponse:
    data = checked(TagForm(request.POST))
    with _changing(request, address, "label.create") as right:
        tag = naming.create(right.mailbox, data["name"], data["colour"])
    return _back(request, address, _("Étiquette « %s » créée.") % tag.name)


@require_POST
def change(request: HttpRequest, address: str) -> HttpResponse:
    data = checked(ChangeTagForm(request.POST))
    with _changing(request, address, "label.change") as right:
        if data["step"]:
            naming.shift(right.mailbox, data["keyword"], data["step"])
            return _back(request, address, _("Ordre enregistré."))
        tag = naming.change(
            right.mailbox, data["keyword"], data["name"], data["colour"]
        )
    return _back(request, address, _("Étiquette « %s » enregistrée.") % tag.name)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, address: str) -> HttpResponse:
    """Asks what becomes of the messages, then deletes."""
    if request.method == "GET":
        return _asked(request, address)
    data = checked(DeleteTagForm(request.POST))
    with _changing(request, address, "label.delete") as right:
        tag = naming.delete(right.mailbox, data["keyword"], strip=data["strip"])
    if data["strip"]:
        text = _("Étiquette « %s » supprimée. Elle est retirée des messages.")
    else:
        text = _(
            "Étiquette « %s » supprimée. "
            "Elle reste sur les messages, mais n’est plus affichée."
        )
    return _back(request, address, text % tag.name)


def _asked(request: HttpRequest, address: str) -> HttpResponse:
    keyword = request.GET.get("etiquette", "")
    with open_granted(
        person(request), address, write="label.delete", recorded=False
    ) as (right, store):
        context = regions.shell(right, store, "")
    tag = context["catalogue"].find(keyword)
    if tag is None:
        raise NotFound(_("Cette étiquette n’existe plus."))
    return answer(request, "mail/labels/delete", context | {"tag": tag})


@contextmanager
def _changing(request: HttpRequest, address: str, act: str) -> Iterator[Grant]:
    """The right to change labels, and the line of the audit once it is done."""
    right = grant(person(request), address, write=act)
    yield right
    audit.record(right.user.uid, act, mailbox=right.mailbox.address)


def _back(request: HttpRequest, address: str, text: str) -> HttpResponse:
    remember(request, Notice(text))
    return see_other("mail:labels", address)
