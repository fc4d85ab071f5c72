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
from mail import fetcher, imaging, mime
from mail.access import open_mailbox
from mail.messages import Part

_SANDBOX = "default-src 'none'; sandbox"
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
    request: HttpRequest, address: str, folder: str, uid: int, part: str, name: str = ""
) -> HttpResponseBase:
    """An attachment, streamed, always saved and never shown in our origin."""
    pieces = _pieces(person(request), address, folder, uid, part)
    found = next(pieces)
    assert isinstance(found, Part)
    response = StreamingHttpResponse(pieces, content_type=_type(found))
    response.headers["Content-Disposition"] = disposition(mime.shown_name(found))
    response.headers["Content-Security-Policy"] = _SANDBOX
    return response


def _pieces(
    user: User, address: str, folder: str, uid: int, number: str
) -> Iterator[Part | bytes]:
    """The part first, then its content: the mailbox stays open until the last piece."""
    with (
        open_mailbox(user, address) as store,
        store.stream(folder, uid, number) as (part, pieces),
    ):
        yield part
        yield from pieces


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
        store.stream(folder, uid, part) as (found, pieces),
    ):
        data = _bounded(pieces) if found.type in mime.IMAGES else b""
    if not imaging.is_small(data):
        raise MessageMissing
    return _picture(imaging.Picture(found.type, data))


def _bounded(pieces: Iterator[bytes]) -> bytes:
    """The content, or nothing when it is too long to be shown."""
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > _IMAGE_MAX:
            return b""
    return bytes(data)


def _picture(picture: imaging.Picture) -> HttpResponse:
    response = HttpResponse(picture.data, content_type=picture.type)
    response.headers["Content-Security-Policy"] = _SANDBOX
    return response


@require_GET
def remote(request: HttpRequest, signed: str) -> HttpResponse:
    """A remote image, after the reader has agreed."""
    url = imaging.original(signed)
    if url is None:
        raise NotFound
    return _picture(fetcher.image(url, person=person(request).pk))
