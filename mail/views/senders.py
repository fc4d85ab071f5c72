"""Who wrote: what the directory says of a sender, asked apart from the message so that
a slow directory holds nothing up."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts import colleagues
from accounts.colleagues import Colleague
from accounts.requests import person
from convergence.errors import DirectoryUnavailable, MailUnavailable
from convergence.web import answer, is_partial
from mail import reading
from mail.access import open_granted
from mail.messages import Address
from mail.views import regions


@require_GET
def card(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    """The sender's card; `?homonyme` asks only whether they bear a colleague's name."""
    if "homonyme" in request.GET and is_partial(request):
        return _warned(request, address, folder, uid)
    with open_granted(person(request), address) as (grant, store):
        sender = store.message(folder, uid).header.sender
        context = {} if is_partial(request) else regions.shell(grant, store, folder)
    context |= {
        "sender": sender,
        "path": regions.message_path(address, folder, uid),
        "namesake": _namesake(sender),
        "colleague": colleagues.of_address(sender.email),
    }
    return answer(request, "mail/messages/sender", context)


def _warned(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    """The page asks by itself: a server that is away is no error of the message."""
    try:
        with open_granted(person(request), address) as (_grant, store):
            sender = store.message(folder, uid).header.sender
        namesake = _namesake(sender)
    except (DirectoryUnavailable, MailUnavailable):
        return HttpResponse(status=204)
    path = regions.message_path(address, folder, uid)
    context = {"sender": sender, "path": path, "namesake": namesake}
    return answer(request, "mail/messages/namesake", context)


def _namesake(sender: Address) -> Colleague | None:
    if not reading.is_external(sender, settings.MAIL_DOMAIN):
        return None
    return colleagues.namesake(sender.name, sender.email)
