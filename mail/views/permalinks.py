"""A message by its Message-ID: an address for notes and tickets, that survives moves
and other UIDs."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from accounts.requests import person
from convergence.web import answer
from mail import finding
from mail.access import open_granted
from mail.views import regions


def path_to(address: str, message_id: str) -> str:
    """The permalink of a message; "" for one without a usable Message-ID."""
    bare = message_id.removeprefix("<").removesuffix(">")
    if not bare or len(bare) > 500 or not bare.isprintable():
        return ""
    return f"{regions.root_of(address)}message-id/{quote(bare, safe='@')}/"


@require_GET
def show(request: HttpRequest, address: str, message_id: str) -> HttpResponse:
    """Where the message is now, or a page that says that it is gone."""
    with open_granted(person(request), address) as (grant, store):
        name = f"<{message_id}>"
        if found := finding.find(store, name, finding.PAGE_SECONDS):
            return redirect(regions.message_path(grant.mailbox.address, *found))
        context = regions.shell(grant, store, "INBOX")
    return answer(request, "mail/messages/gone", context, status=404)
