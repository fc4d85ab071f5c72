"""Who wrote: what the directory says of a sender, asked apart from the message so that
a slow directory holds nothing up."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts import colleagues
from accounts.requests import person
from convergence.web import answer, is_partial
from mail import reading
from mail.access import open_granted
from mail.views import regions


@require_GET
def card(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    """The sender's card; `?homonyme` asks only whether they bear a colleague's name."""
    with open_granted(person(request), address) as (grant, store):
        sender = store.message(folder, uid).header.sender
        context = {} if is_partial(request) else regions.shell(grant, store, folder)
    namesake = None
    if reading.is_external(sender, settings.MAIL_DOMAIN):
        namesake = colleagues.namesake(sender.name, sender.email)
    context |= {
        "sender": sender,
        "path": f"{regions.path_of(address, folder)}{uid}/",
        "namesake": namesake,
    }
    if "homonyme" in request.GET and is_partial(request):
        return answer(request, "mail/messages/namesake", context)
    context["colleague"] = colleagues.of_address(sender.email)
    return answer(request, "mail/messages/sender", context)
