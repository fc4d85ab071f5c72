"""One message: the page, the frame of an HTML body, source and print."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET

from accounts import preferences
from accounts.access import Grant
from accounts.models import User
from accounts.requests import person
from convergence.context import theme_of
from convergence.errors import MessageMissing
from convergence.web import answer, is_partial
from mail import folding, imaging, quoting, reading, repeating, safehtml
from mail.access import open_granted, open_mailbox
from mail.messages import Folder
from mail.store import Store
from mail.views import frames, looks, regions, sheets
from mail.views.attachments import SANDBOX
from mail.views.frames import Frame

FRAME_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; "
    "font-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    # same origin, so that its images have the cookie and the page may measure its
    # height; scripts stay forbidden, so that nothing inside can use that
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)


@require_GET
def show(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    with open_granted(person(request), address) as (grant, store):
        sheet = _sheet(request, grant, store, folder, uid)
        context = {} if is_partial(request) else shell(grant, store, folder)
    context |= screen(grant, sheet)
    unified = regions.all_mailboxes(request.GET.get("de", ""))
    context["unified"] = unified
    context["back"] = f"?{urlencode({'retour': unified})}" if unified else ""
    return answer(request, "mail/messages/show", context)


def _sheet(
    request: HttpRequest,
    grant: Grant,
    store: Store,
    folder: str,
    uid: int,
    wanted: looks.Looks | None = None,
) -> dict[str, Any]:
    wanted = wanted or looks.of(request)
    opened = opening(request, store, folder, uid, wanted.charset)
    return sheets.read(grant, store, opened, wanted)


def shell(
    grant: Grant, store: Store, folder: str, known: tuple[Folder, ...] | None = None
) -> dict[str, Any]:
    """Around a message or a conversation that stands alone; it asks what becomes of
    it. `known` are the folders of this moment, when they have been asked."""
    context = regions.shell(grant, store, folder, known)
    state = reading.state(context["folders"], folder)
    return context | {"state": state, "alone": True}


def opening(
    request: HttpRequest, store: Store, folder: str, uid: int, charset: str = ""
) -> frames.Opening:
    """The consent to remote images is a token: an address that anybody can guess could
    stand in a mail, and one click there would be a consent."""
    consent = imaging.consent(person(request).pk, store.address, folder, uid)
    images = constant_time_compare(request.GET.get("images", ""), consent)
    return frames.Opening(store.address, folder, uid, images, consent, charset)


def screen(grant: Grant, sheet: dict[str, Any]) -> dict[str, Any]:
    """The reader with one message; its toolbar asks for some of the same."""
    own = {"mailbox": grant.mailbox, "grant": grant, "sheet": sheet, "whole": True}
    return own | {"shortcuts": preferences.of(grant.user).shortcuts, **sheet}


@require_GET
def body(
    request: HttpRequest, address: str, folder: str, uid: int, part: str
) -> HttpResponse:
    """The document of the message frame."""
    wanted = looks.of(request)
    with open_mailbox(person(request), address) as store:
        opened = opening(request, store, folder, uid, wanted.charset)
        frame = _kept(request, opened, part) or _frame(store, opened, part)
        whole = wanted.whole or _says_its_own(store, folder, frame)
    theme = "light" if wanted.light else theme_of(request)
    html = folding.shown(frame.document, quoting.sign(), whole=whole)
    response = HttpResponse(safehtml.themed(html, theme))
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _kept(request: HttpRequest, opened: frames.Opening, number: str) -> Frame | None:
    """Without asking the server: the page has just told UIDVALIDITY."""
    told = looks.uidvalidity(request)
    kept = opened.kept(told, number) if told else None
    return kept if kept and not kept.refused else None


def _says_its_own(store: Store, folder: str, frame: Frame) -> bool:
    """Whether what is folded may hold what was said nowhere else."""
    if not folding.headed(frame.document):
        return False
    return not repeating.only_repeats(store, folder, frame.answered, frame.document)


def _frame(store: Store, opened: frames.Opening, number: str) -> Frame:
    message = store.message(opened.folder, opened.uid)
    part = message.structure.find(number)
    if part is None or part.type != "text/html":
        raise MessageMissing
    data = b""
    if number not in opened.known(message.uidvalidity):
        data = store.part(opened.folder, opened.uid, number)[1]
    return opened.frame(message, part, data)


@require_GET
def source(
    request: HttpRequest, address: str, folder: str, uid: int
) -> HttpResponseBase:
    """The raw message: as text to read, or as .eml with `?telecharger`."""
    pieces = _pieces(person(request), address, folder, uid)
    # taken before the answer begins: a message that is gone is an error page
    first = next(pieces, b"")
    saved = "telecharger" in request.GET
    kind = "message/rfc822" if saved else "text/plain; charset=utf-8"
    response = StreamingHttpResponse(_again(first, pieces), kind)
    name = f'attachment; filename="message-{uid}.eml"'
    response.headers["Content-Disposition"] = name if saved else "inline"
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _again(first: bytes, rest: Generator[bytes]) -> Iterator[bytes]:
    """Both; ends the rest when the browser leaves in the middle."""
    with closing(rest):
        yield first
        yield from rest


def _pieces(user: User, address: str, folder: str, uid: int) -> Generator[bytes]:
    """The raw message; the mailbox stays open until the last piece."""
    with (
        open_mailbox(user, address) as store,
        store.source(folder, uid) as (_size, pieces),
    ):
        yield from pieces


@require_GET
def printed(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    with open_granted(person(request), address) as (grant, store):
        wanted = looks.printed(looks.of(request))
        sheet = _sheet(request, grant, store, folder, uid, wanted)
    context = screen(grant, sheet)
    return render(request, "mail/messages/print.html", context)
