"""One list over all the mailboxes that a person may open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from zlib import crc32

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from accounts import preferences
from accounts.access import Grant
from accounts.models import Mailbox
from accounts.requests import person
from convergence.web import answer, is_partial
from mail import labels, unified
from mail.access import open_all
from mail.forms import valid
from mail.listforms import UnifiedForm
from mail.unified import Page, Row
from mail.views import regions, rows

Context = dict[str, Any]


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    context = region(request)
    asked = valid(UnifiedForm(request.GET)).cleaned_data["etat"]
    if is_partial(request) and asked == context["state"]:
        return HttpResponse(status=204)
    return answer(request, "mail/unified/show", context)


def region(request: HttpRequest) -> Context:
    """The page of the list that is asked for."""
    form = valid(UnifiedForm(request.GET))
    with open_all(person(request), unified.BOXES_MAX) as (opened, beyond):
        grants = {right.mailbox.address: right for right, _store in opened}
        numbers = {right.mailbox.pk: address for address, right in grants.items()}
        taken = {numbers[pk]: n for pk, n in form.taken.items() if pk in numbers}
        stores = [store for _right, store in opened]
        page = unified.page(stores, form.query, taken)
    return _screen(page, grants, form) | {
        "beyond": beyond,
        "most": unified.BOXES_MAX,
        "shortcuts": preferences.of(person(request)).shortcuts,
    }


def _screen(page: Page, grants: Mapping[str, Grant], form: UnifiedForm) -> Context:
    kept = {"non_lus": "1"} if form.query.unseen else {}
    here = kept | {n: v for n in ("apres",) if (v := form.cleaned_data[n])}
    places = "_".join(f"{grants[a].mailbox.pk}.{n}" for a, n in page.taken.items())
    shown = _rows(page, grants, "non-lus" if form.query.unseen else "toutes")
    return {
        "grants": list(grants.values()),
        "rows": shown,
        "state": _state(shown, page),
        "here": f"?{urlencode(here)}" if here else "",
        "can_write": any(right.can_write for right in grants.values()),
        "unseen_only": form.query.unseen,
        "newest": not form.taken,
        "older": f"?{urlencode(kept | {'apres': places})}" if page.more else "",
        "refused": _reasons(page, grants),
        "refused_count": len(page.refused),
    }


def _reasons(page: Page, grants: Mapping[str, Grant]) -> dict[str, list[Mailbox]]:
    """The mailboxes that are missing, by the sentence that says why."""
    found: dict[str, list[Mailbox]] = {}
    for address, error in page.refused.items():
        found.setdefault(str(error), []).append(grants[address].mailbox)
    return found


def _state(rows: str, page: Page) -> str:
    """A token of what the list shows."""
    shown = repr((rows, sorted(page.refused), page.more))
    return f"{crc32(shown.encode('utf-8', 'replace')):08x}"


def _rows(page: Page, grants: Mapping[str, Grant], origin: str) -> SafeString:
    template = get_template("mail/unified/_row.html")
    made = (
        template.render(_shown(row, grants[row.address]) | {"origin": origin})
        for row in page.rows
    )
    return mark_safe("".join(made))  # noqa: S308 (a template rendered it)


def _shown(row: Row, right: Grant) -> Context:
    summary, mailbox = row.summary, right.mailbox
    envelope, tags = summary.envelope, labels.on(summary.flags, labels.of(mailbox))
    return rows.words(envelope, summary.flags, envelope.sender, tags) | {
        "path": regions.path_of(mailbox.address, unified.INBOX),
        "functional": mailbox.is_functional,
        "place": f"{mailbox.pk}-{row.uidvalidity}-{summary.uid}",
        "box": mailbox.address,
        "box_name": mailbox.name,
        "writable": right.can_write,
    }
