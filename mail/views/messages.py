"""One message: the page, the frame of an HTML body, source and print."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import Grant
from accounts.models import User
from accounts.requests import person
from convergence.errors import MessageMissing
from convergence.web import answer, is_partial
from mail import charsets, mime, reading, safehtml
from mail.access import open_granted, open_mailbox
from mail.imaging import proxied
from mail.messages import Message, Part
from mail.store import Store
from mail.views import regions

FRAME_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; "
    "font-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    # same origin, so that its images have the cookie and the page may measure its
    # height; scripts stay forbidden, so that nothing inside can use that
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
_KEPT_SECONDS = 3600
_RECIPIENTS_SHOWN = 20


@require_GET
def show(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    with open_granted(person(request), address) as (grant, store):
        message, texts = store.read(folder, uid)
        context = {} if is_partial(request) else regions.shell(grant, store, folder)
    context |= screen(grant, message, texts, images="images" in request.GET)
    return answer(request, "mail/messages/show", context)


def screen(
    grant: Grant, message: Message, texts: dict[str, bytes], *, images: bool
) -> dict[str, Any]:
    """What the reader shows of a message."""
    view = reading.view(message, texts)
    address = grant.mailbox.address
    path = regions.path_of(address, message.folder)
    header = message.header
    people = header.to + header.cc
    return {
        "mailbox": grant.mailbox,
        "grant": grant,
        "view": view,
        "message": message,
        "header": header,
        "path": f"{path}{message.uid}/",
        "folder_path": path,
        "write_path": f"/ecrire/{address}/{path.split('/', 3)[3]}{message.uid}/",
        "external": reading.is_external(header.sender, settings.MAIL_DOMAIN),
        "elsewhere": reading.reply_elsewhere(message),
        "recipients": people[:_RECIPIENTS_SHOWN],
        "recipients_more": max(0, len(people) - _RECIPIENTS_SHOWN),
        "images": images,
        "blocked": 0 if images else _remote_count(view, texts),
        "attachments": [
            {"part": part, "name": mime.shown_name(part)} for part in view.attachments
        ],
        "flagged": "\\Flagged" in message.flags,
    }


def _remote_count(view: reading.View, texts: dict[str, bytes]) -> int:
    """Roughly how many remote images the HTML names; the frame blocks them all."""
    return sum(
        texts.get(body.part.number, b"").lower().count(b"<img")
        for body in view.bodies
        if body.is_framed and b"http" in texts.get(body.part.number, b"").lower()
    )


@require_GET
def body(
    request: HttpRequest, address: str, folder: str, uid: int, part: str
) -> HttpResponse:
    """The document of the message frame."""
    images = "images" in request.GET
    with open_mailbox(person(request), address) as store:
        html = _frame(store, folder, uid, part, images=images)
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _frame(store: Store, folder: str, uid: int, number: str, *, images: bool) -> str:
    message = store.message(folder, uid)
    key = f"frame:1:{store.address}:{message.uidvalidity}:{uid}:{number}:{images}"
    key += f":{blake2b(folder.encode(), digest_size=8).hexdigest()}"
    kept = _near_frames.get(key) or cache.get(key)
    if isinstance(kept, str):
        return kept
    part, data = store.part(folder, uid, number)
    if part.type != "text/html":
        raise MessageMissing
    html = _document(store.address, message, part, data, images=images)
    cache.set(key, html, _KEPT_SECONDS)
    _near_frames.put(key, html)
    return html


def _document(
    address: str, message: Message, part: Part, data: bytes, *, images: bool
) -> str:
    path = f"{regions.path_of(address, message.folder)}{message.uid}"
    named = {p.content_id: p for p in message.structure.walk() if p.content_id}

    def cid(name: str) -> str | None:
        found = named.get(name.strip("<> "))
        return f"{path}/images/{found.number}/" if found else None

    def remote(url: str) -> str | None:
        return proxied(url) if images else None

    cleaned = safehtml.clean(
        charsets.decode(data, part.charset), cid=cid, remote=remote
    )
    return safehtml.document(cleaned.html)


class _Frames:
    """The frames shown last, in this process: key → the document or nothing yet."""

    def __init__(self, size: int) -> None:
        @lru_cache(maxsize=size)
        def slot(key: str) -> list[str]:
            return []

        self._slot = slot

    def get(self, key: str) -> str | None:
        return next(iter(self._slot(key)), None)

    def put(self, key: str, html: str) -> None:
        self._slot(key)[:] = [html]


_near_frames = _Frames(64)


@require_GET
def source(
    request: HttpRequest, address: str, folder: str, uid: int
) -> HttpResponseBase:
    """The raw message: as text to read, or as .eml with `?telecharger`."""
    pieces = _pieces(person(request), address, folder, uid)
    # taken before the answer begins: a message that is gone is an error page
    first = next(pieces, b"")
    if "telecharger" in request.GET:
        response = StreamingHttpResponse(chain((first,), pieces), "message/rfc822")
        name = f"message-{uid}.eml"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        response = StreamingHttpResponse(
            chain((first,), pieces), "text/plain; charset=utf-8"
        )
        response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _pieces(user: User, address: str, folder: str, uid: int) -> Iterator[bytes]:
    """The raw message; the mailbox stays open until the last piece."""
    with (
        open_mailbox(user, address) as store,
        store.source(folder, uid) as (_size, pieces),
    ):
        yield from pieces


@require_GET
def printed(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    with open_granted(person(request), address) as (grant, store):
        message, texts = store.read(folder, uid)
    context = screen(grant, message, texts, images="images" in request.GET)
    return render(request, "mail/messages/print.html", context)
