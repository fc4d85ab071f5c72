"""Ways into a new message from elsewhere: a mailto: link, another program that shares,
messages that are to go along, one's own card."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.access import Grant, grant, mailboxes
from accounts.models import User
from accounts.requests import person
from convergence.errors import AccessRefused, NotFound
from convergence.openness import public
from convergence.web import is_partial, see_other
from mail import beginnings, businesscard
from mail.forms import SelectionForm, checked
from mail.uploads import Shelf

_WRITE = "message.compose"


@require_GET
def write(request: HttpRequest) -> HttpResponse:
    """From the mailbox that is one's own."""
    box = _own(person(request)).mailbox
    there = reverse("mail:compose", args=[box.address])
    return redirect(f"{there}?{request.GET.urlencode()}")


@csrf_exempt
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """What another program hands over (share_target of the manifest): it has no token
    of ours. Nothing is sent: it becomes a form that the person sees."""
    if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        raise AccessRefused
    user = person(request)
    box = _own(user).mailbox
    words = {name: request.POST.get(name, "") for name in ("title", "text", "link")}
    token = beginnings.share(request.session, **words)
    Shelf(user.pk, token).add(request.FILES.getlist("files"))
    there = reverse("mail:compose", args=[box.address])
    return see_other(f"{there}?{urlencode({'partage': token})}")


@require_POST
def enclose(request: HttpRequest, address: str, folder: str) -> HttpResponse:
    """The selected messages as files of a new one."""
    grant(person(request), address, write=_WRITE)
    chosen = checked(SelectionForm(request.POST))
    beginnings.check_count(beginnings.ENCLOSED_MAX + 1 if chosen["all"] else 0)
    return _enclosing(request, address, folder, chosen["uid"])


@require_GET
def enclose_one(
    request: HttpRequest, address: str, folder: str, uid: int
) -> HttpResponse:
    grant(person(request), address, write=_WRITE)
    return _enclosing(request, address, folder, [uid])


def _enclosing(
    request: HttpRequest, address: str, folder: str, uids: list[int]
) -> HttpResponse:
    beginnings.check_count(len(uids))
    asked = {"dossier": folder, "joints": ",".join(map(str, uids))}
    there = f"{reverse('mail:compose', args=[address])}?{urlencode(asked)}"
    if is_partial(request):
        return HttpResponse(status=204, headers={"HX-Redirect": there})
    return redirect(there)


@require_safe
def card(request: HttpRequest, address: str) -> HttpResponse:
    """One's card, as the form attaches it."""
    _name, content = businesscard.of(grant(person(request), address, write=_WRITE))
    headers = {"Content-Disposition": "attachment; filename=carte.vcf"}
    return HttpResponse(content, content_type=businesscard.TYPE, headers=headers)


@public
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What the site is once it is installed: where it begins, what it takes."""
    write_path = reverse("mail:write")
    described = {
        "name": request.door.name,  # type: ignore[attr-defined]
        "lang": "fr",
        "start_url": "/",
        "display": "standalone",
        "icons": [{"src": static("icons/favicon.svg"), "sizes": "any"}],
        "protocol_handlers": [{"protocol": "mailto", "url": f"{write_path}?mailto=%s"}],
        "share_target": {
            "action": reverse("mail:share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "text",
                "url": "link",
                "files": [{"name": "files", "accept": ["*/*"]}],
            },
        },
    }
    kind = "application/manifest+json"
    return JsonResponse(described, content_type=kind)


def _own(user: User) -> Grant:
    """The mailbox that somebody writes from unless they say another."""
    found = [right for right in mailboxes(user) if right.can_write]
    if not found:
        raise NotFound
    return min(found, key=lambda right: right.mailbox.login != user.uid)
