"""Signatures and templates in the composer: what it offers, and putting them into the
text; by the form itself where there is no script, by answers in JSON where there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import preferences
from accounts.access import Grant, grant
from accounts.requests import person
from convergence.web import Notice, remember
from mail import (
    filling,
    identities,
    phrasing,
    recipients,
    signing,
    variables,
)
from mail.dispatchforms import BUTTONS, DispatchForm, KeepForm
from mail.forms import checked
from mail.messages import Address
from mail.models import Template


def sign(form: DispatchForm, *, answers: bool) -> None:
    """Give a message that begins its usual signature."""
    initial = form.initial
    sender = initial.get("sender") or form.right.mailbox.address
    closing = signing.usual(form.closings, sender, answers=answers)
    if closing is None:
        return
    choices = preferences.of(form.right.user)
    below = answers and choices.answers == "below"
    text, html = initial.get("text", ""), initial.get("html", "")
    if not answers and choices.writing == "rich" and not html:
        html = signing.lines(text.strip("\n"))
    text, html = signing.signed(text, html, closing, below=below)
    initial.update(text=text, html=html, signature=closing.key)


def offered(form: DispatchForm, typed: Mapping[str, str]) -> dict[str, Any]:
    """What the page needs."""
    return {
        "closings": form.closings,
        "signature": typed["signature"],
        "answers": bool(typed["origin_flag"]),
        "templates": phrasing.template_names(form.right),
    }


def applied(request: HttpRequest, right: Grant) -> QueryDict:
    """What was posted, with what one of the BUTTONS asked done to its text."""
    data = request.POST
    asked = next((name for name in BUTTONS if name in data), "")
    if not asked:
        return data
    changed = data.copy()
    if asked == "sign":
        _sign(right, changed)
    elif asked == "insert":
        _insert(right, changed)
    else:
        row = _keep(right, checked(KeepForm(changed)))
        remember(request, Notice(_told(row)))
    return changed


def _sign(right: Grant, data: QueryDict) -> None:
    """In text: what is formatted has a script that does it."""
    closings = signing.offered(right, identities.offered(right))
    wanted = data.get("signature", "")
    new = next((each for each in closings if each.key == wanted), None)
    data["text"] = signing.switched(_lines(data.get("text", "")), closings, new)
    data["html"] = ""


def _insert(right: Grant, data: QueryDict) -> None:
    pk = data.get("template", "")
    if not pk.isascii() or not pk.isdigit() or len(pk) > 18:
        return
    row = phrasing.find(phrasing.templates(right), int(pk))
    found = _filled(right, row, data)
    text = _lines(data.get("text", "")).lstrip("\n")
    data["text"] = f"{found['text']}\n\n{text}"
    data["subject"] = data.get("subject", "") or found["subject"]
    data["html"] = ""


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


@require_POST
def insert(request: HttpRequest, address: str, pk: int) -> HttpResponse:
    """A template for the message at hand, and which of its variables are unknown."""
    right = grant(person(request), address, write="message.compose")
    row = phrasing.find(phrasing.templates(right), pk)
    found = _filled(right, row, request.POST)
    unknown = variables.left(found["text"], found["subject"])
    told = _("À compléter\u00a0: %s.") % ", ".join(unknown) if unknown else ""
    return JsonResponse({**found, "told": told})


@require_POST
def keep(request: HttpRequest, address: str) -> HttpResponse:
    """The text at hand, kept as a template of one's own."""
    right = grant(person(request), address, write="template.create")
    form = KeepForm(request.POST)
    if not form.is_valid():
        told = next(str(error) for each in form.errors.values() for error in each)
        return JsonResponse({"told": told}, status=400)
    return JsonResponse({"told": _told(_keep(right, form.cleaned_data))})


def _told(row: Template) -> str:
    return _("Modèle «\u00a0%s\u00a0» enregistré.") % row.name


def _filled(right: Grant, row: Template, data: QueryDict) -> dict[str, str]:
    people, _bad = recipients.parsed(data.get("to", ""))
    mailbox = right.mailbox
    sender = Address(mailbox.name, data.get("sender", "") or mailbox.address)
    values = filling.everything(right.user, sender, people)
    return {
        "text": variables.filled(row.text, values),
        "html": variables.filled_html(row.html, values),
        "subject": variables.filled(row.subject, values),
    }


def _keep(right: Grant, fields: dict[str, str]) -> Template:
    text, subject = fields["text"], fields["subject"]
    row = Template(author=right.user, subject=subject, text=text)
    row.name = (subject or text.partition("\n")[0])[:60]
    phrasing.keep(right, row)
    return row
