"""Files shown before they are saved: each preview has its page, and its content an
address with the policy that it needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from accounts.requests import person
from convergence.errors import NotFound
from convergence.web import answer, is_partial
from mail import (
    enclosures,
    imaging,
    kinds,
    mime,
    pieces,
    previewing,
    ranges,
    thumbnails,
)
from mail.access import open_granted, open_mailbox
from mail.messages import Message
from mail.store import Store
from mail.views import cards, looks, regions
from mail.views.attachments import SANDBOX, picture

SHOWN_SIDE = 2_000
# scripts of ours and the bytes of the document, nothing else: no eval, no frame, no
# form; the sandbox lets nothing open, navigate or ask
PDF_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; worker-src 'self'; "
    "connect-src 'self'; img-src 'self' blob: data:; font-src 'self' data: blob:; "
    "style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-scripts allow-same-origin"
)
_PIECE = 64 * 1024


@require_GET
def show(
    request: HttpRequest, address: str, folder: str, uid: int, part: str
) -> HttpResponse:
    with open_granted(person(request), address) as (grant, store):
        message = store.message(folder, uid)
        card, preview = _preview(store, message, part)
        context = {} if is_partial(request) else regions.shell(grant, store, folder)
    context |= _screen(message, card) | {"preview": preview}
    # what a message page asks for by itself stands there without head and ways on
    context["brief"] = "bref" in request.GET
    return answer(request, "mail/parts/show", context)


def _preview(
    store: Store, message: Message, piece: str
) -> tuple[cards.Card, previewing.Preview]:
    path = regions.message_path(store.address, message.folder, message.uid)
    with pieces.stream(store, message.folder, message.uid, piece) as (part, content):
        card = cards.made(path, message.uidvalidity, part)
        kind = card.nature.kind
        if previewing.is_apart(kind) or not card.page.endswith("apercu/"):
            return card, previewing.Preview(kind)
        return card, previewing.of(kind, part, content)


def _screen(message: Message, card: cards.Card) -> dict[str, Any]:
    """The file at its place among those of the message."""
    beside = cards.shown_beside(card.message, message, card.part.number)
    numbers = [one.part.number for one in beside]
    at = numbers.index(card.part.number) if beside else 0
    return {
        "card": card,
        "path": card.message,
        "header": message.header,
        "number": at + 1,
        "total": len(beside) or 1,
        "previous": beside[at - 1] if at else None,
        "next": beside[at + 1] if at + 1 < len(beside) else None,
    }


@require_GET
def thumbnail(
    request: HttpRequest, address: str, folder: str, uid: int, part: str
) -> HttpResponse:
    """A small picture; one made lately is given without asking the server."""
    version = looks.uidvalidity(request)
    with open_mailbox(person(request), address) as store:
        key = (store.address, folder, version, uid, part)
        made = thumbnails.kept.get(key) if version else None
        if made is None:
            made = thumbnails.thumbnail(_whole(store, folder, uid, part, "image"))
            thumbnails.kept.put(key, made)
    return picture(made)


@require_GET
def image(
    request: HttpRequest, address: str, folder: str, uid: int, part: str
) -> HttpResponse:
    """A picture as large as a screen, made anew; an animation moves."""
    with open_mailbox(person(request), address) as store:
        data = _whole(store, folder, uid, part, "image")
    if data[:3] == b"GIF":
        return picture(imaging.remade(data))
    return picture(thumbnails.thumbnail(data, SHOWN_SIDE))


def _whole(store: Store, folder: str, uid: int, piece: str, kind: kinds.Kind) -> bytes:
    """The content of a file that is of this kind by what it says and by what it is."""
    with pieces.stream(store, folder, uid, piece) as (part, content):
        if kinds.of(part, mime.shown_name(part)).kind != kind:
            raise NotFound
        data = enclosures.bounded(content, kinds.OCTETS_MAX[kind])
    if not kinds.confirms(kind, data):
        raise NotFound
    return data


@require_GET
@xframe_options_sameorigin
def pdf(
    request: HttpRequest, address: str, folder: str, uid: int, part: str
) -> HttpResponse:
    """The page around pdf.js: it asks for the file and shows it page by page."""
    with (
        open_mailbox(person(request), address) as store,
        pieces.stream(store, folder, uid, part) as (found, _content),
    ):
        path = f"{regions.message_path(store.address, folder, uid)}pieces/{part}/"
        if kinds.of(found, mime.shown_name(found)).kind != "pdf":
            raise NotFound
    response = render(request, "mail/parts/pdf.html", {"href": path})
    nonce = request.csp_nonce  # type: ignore[attr-defined]
    response.headers["Content-Security-Policy"] = PDF_POLICY.format(nonce=nonce)
    return response


@require_GET
def sound(
    request: HttpRequest, address: str, folder: str, uid: int, part: str
) -> HttpResponseBase:
    """A sound, whole or the range that the player asks for (RFC 9110 §14)."""
    with open_mailbox(person(request), address) as store:
        data = _whole(store, folder, uid, part, "audio")
    return _ranged(data, kinds.audio_type(data), request.headers.get("Range", ""))


def _ranged(data: bytes, kind: str, header: str) -> HttpResponseBase:
    """The whole content, or one range of it (206), or 416."""
    asked = ranges.asked(header, len(data))
    if asked is None:
        return _part(data, kind)
    if not asked:
        response: HttpResponseBase = HttpResponse(status=416)
    else:
        response = _part(data[asked.first : asked.last + 1], kind)
        response.status_code = 206
    response.headers["Content-Range"] = str(asked)
    return response


def _part(data: bytes, kind: str) -> StreamingHttpResponse:
    chunks = (data[at : at + _PIECE] for at in range(0, len(data), _PIECE))
    content = StreamingHttpResponse(chunks, content_type=kind)
    content.headers["Content-Length"] = str(len(data))
    content.headers["Accept-Ranges"] = "bytes"
    content.headers["Content-Security-Policy"] = SANDBOX
    return content
