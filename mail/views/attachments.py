"""Attachments, inline images, and remote images through the proxy."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.requests import person
from convergence.errors import MessageMissing, NotFound
from mail import fetcher, imaging, mime, pieces, zipping
from mail.access import open_mailbox
from mail.messages import Part

SANDBOX = "default-src 'none'; sandbox"
_IMAGE_MAX = 20 * 1024 * 1024
# types that no browser renders as a document of ours, even without our headers
_TYPES = mime.IMAGES | {
    "application/pdf",
    "application/zip",
    "audio/mpeg",
    "video/mp4",
    "text/calendar",
    "text/csv",
}


@require_GET
def download(
    request: HttpRequest, address: str, folder: str, uid: int, part: str
) -> HttpResponseBase:
    """An attachment, streamed, always saved and never shown in our origin."""
    content = _pieces(person(request), address, folder, uid, part)
    found = next(content)
    assert isinstance(found, Part)
    response = StreamingHttpResponse(content, content_type=_type(found))
    return _saved(response, mime.shown_name(found))


def _saved(response: StreamingHttpResponse, name: str) -> StreamingHttpResponse:
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _pieces(
    user: User, address: str, folder: str, uid: int, piece: str
) -> Iterator[Part | bytes]:
    """The part first, then its content: the mailbox stays open until the last piece."""
    with (
        open_mailbox(user, address) as store,
        pieces.stream(store, folder, uid, piece) as (part, content),
    ):
        yield part
        yield from content


@require_GET
def everything(
    request: HttpRequest, address: str, folder: str, uid: int
) -> HttpResponseBase:
    """All attachments of a message in one zip, made while it is sent."""
    content = _zipped(person(request), address, folder, uid)
    # taken before the answer begins: a message that is gone is an error page
    name = next(content)
    assert isinstance(name, str)
    return _saved(StreamingHttpResponse(content, "application/zip"), name)


def _zipped(user: User, address: str, folder: str, uid: int) -> Iterator[str | bytes]:
    with open_mailbox(user, address) as store:
        name, content = zipping.attachments(store, store.message(folder, uid))
        yield name
        yield from content


def _type(part: Part) -> str:
    return part.type if part.type in _TYPES else "application/octet-stream"


def disposition(name: str) -> str:
    """Content-Disposition with an ASCII name and the real one (RFC 6266, RFC 5987)."""
    # some browsers decode a per cent sign in the plain name (RFC 6266, appendix D)
    plain = "".join(
        c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


@require_GET
def inline(
    request: HttpRequest, address: str, folder: str, uid: int, part: str
) -> HttpResponse:
    """An image that the HTML of the message shows by its Content-ID."""
    with (
        open_mailbox(person(request), address) as store,
        store.stream(folder, uid, part) as (found, content),
    ):
        data = _bounded(content) if found.type in mime.IMAGES else b""
    if not imaging.is_small(data):
        raise MessageMissing
    return picture(imaging.Picture(found.type, data))


def _bounded(content: Iterator[bytes]) -> bytes:
    """The content, or nothing when it is too long to be shown."""
    data = bytearray()
    for piece in content:
        data += piece
        if len(data) > _IMAGE_MAX:
            return b""
    return bytes(data)


def picture(made: imaging.Picture) -> HttpResponse:
    response = HttpResponse(made.data, content_type=made.type)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


@require_GET
def remote(request: HttpRequest, signed: str) -> HttpResponse:
    """A remote image, after the reader has agreed."""
    url = imaging.original(signed)
    if url is None:
        raise NotFound
    return picture(fetcher.image(url, person=person(request).pk))
