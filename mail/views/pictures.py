"""What the editor of formatted text asks: pictures for it, and its words alone."""

from __future__ import annotations

from contextlib import ExitStack

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import grant
from accounts.requests import person
from convergence.errors import InputRefused, NotFound
from mail import bounds, imaging, mime, pictures, safehtml, textual
from mail.access import open_granted
from mail.store import Store
from mail.views import attachments
from mail.views.composer import WRITE


@require_POST
def add(request: HttpRequest, address: str) -> HttpResponse:
    """Keeps a picture; answers the name that the text of the message has for it."""
    user = person(request)
    right = grant(user, address, write=WRITE)
    file = request.FILES.get("image")
    if file is None or (file.size or 0) > pictures.OCTETS_MAX:
        raise InputRefused(_("Cette image est trop lourde."))
    box = right.mailbox.address
    name = pictures.kept(box, user.pk, file.read(), file.name or "")
    return JsonResponse({"name": name}, status=201)


@require_POST
def text(request: HttpRequest, address: str) -> HttpResponse:
    """What was written as text alone."""
    grant(person(request), address, write=WRITE)
    html = safehtml.clean_written(request.POST.get("html", "")[: bounds.SIZE_MAX])
    plain = textual.text_of(html) if html else ""
    return HttpResponse(plain, content_type="text/plain; charset=utf-8")


@require_GET
def show(request: HttpRequest, address: str, name: str) -> HttpResponse:
    """A picture of this name, for the editor."""
    user = person(request)
    right = grant(user, address)
    with ExitStack() as opened:

        def store() -> Store:
            entered = open_granted(user, address, write=WRITE, recorded=False)
            return opened.enter_context(entered)[1]

        file = pictures.content(store, right.mailbox.address, user.pk, name)
    if file.type not in mime.IMAGES or not imaging.is_small(file.data):
        raise NotFound
    response = attachments.picture(imaging.Picture(file.type, file.data))
    return response
