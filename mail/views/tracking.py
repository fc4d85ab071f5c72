"""What became of a message that was sent."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.requests import person
from convergence.errors import NotFound
from convergence.web import answer, is_partial
from mail import following, tracking
from mail.access import open_granted
from mail.views import regions


@require_GET
def show(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    """For each recipient; only of what this mailbox has sent."""
    with open_granted(person(request), address) as (right, store):
        message = store.message(folder, uid)
        if not following.can_follow(right.mailbox, message):
            raise NotFound
        traces = tracking.of(store, right.mailbox, message)
        context = {} if is_partial(request) else regions.shell(right, store, folder)
    places = [
        (who, [(t, _path(address, t)) for t in found]) for who, found in traces.items()
    ]
    context |= {"header": message.header, "traces": places}
    context["path"] = regions.message_path(address, folder, uid)
    return answer(request, "mail/messages/tracking", context)


def _path(address: str, trace: tracking.Trace) -> str:
    """Where the report itself is read."""
    if not trace.uid:
        return ""
    return regions.message_path(address, trace.folder, trace.uid)
