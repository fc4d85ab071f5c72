"""The files of a form, sent in pieces: the tus protocol 1.0.0 with creation,
expiration, checksum and termination. `token` names the form."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods

from accounts.access import grant
from accounts.requests import person
from convergence.errors import NotFound
from mail import receiving, room, tus, uploads
from mail.uploads import Shelf, Upload

Headers = dict[str, str | int]
_PIECE = 64 * 1024
_WRITE = "message.compose"


@require_http_methods(["OPTIONS", "POST"])
def create(request: HttpRequest, address: str, token: str) -> HttpResponse:
    shelf = _shelf(request, address, token)
    if request.method == "OPTIONS":
        return _answer(204, _offers())
    headers = request.headers
    size, described = headers.get("Upload-Length", ""), headers.get("Upload-Metadata")
    told = tus.announced(size, described or "")
    file_id = shelf.begin(told.name, told.type, told.size)
    if not told.size:
        shelf.finish(file_id)
    there = reverse("mail:piece", args=[address, token, file_id])
    upload = shelf.find(file_id)
    return _answer(201, {"Location": there, **_expiry(upload)})


@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
def piece(request: HttpRequest, address: str, token: str, file_id: str) -> HttpResponse:
    shelf = _shelf(request, address, token)
    if request.method == "GET":
        context = {"file": shelf.file(file_id), "name": "file"}
        return render(request, "mail/compose/_file.html", context)
    if request.method == "DELETE":
        shelf.find(file_id)
        shelf.remove([file_id])
        return _answer(204)
    upload = shelf.find(file_id)
    if upload.until < time.time():
        raise receiving.Gone
    if request.method == "PATCH":
        return _received(request, shelf, upload)
    if upload.is_whole:
        # what came last may not have been looked at: a scanner that did not answer
        shelf.finish(file_id)
    sizes = {"Upload-Offset": upload.offset, "Upload-Length": upload.size}
    return _answer(200, {**sizes, **_expiry(upload)})


def _received(request: HttpRequest, shelf: Shelf, upload: Upload) -> HttpResponse:
    headers = request.headers
    if request.content_type != tus.PIECE:
        raise tus.NotAPiece
    offset = tus.number(headers.get("Upload-Offset", ""))
    checksum = tus.checksum(headers.get("Upload-Checksum", ""))
    pieces = _pieces(request)
    reached = receiving.receive(shelf, upload, offset, pieces, checksum)
    return _answer(204, {"Upload-Offset": reached, **_expiry(upload)})


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    """The body as it comes; what came before a line was cut is kept."""
    try:
        while data := request.read(_PIECE):
            yield data
    except UnreadablePostError:
        return


def _shelf(request: HttpRequest, address: str, token: str) -> Shelf:
    user = person(request)
    grant(user, address, write=_WRITE)
    spoken = request.headers.get("Tus-Resumable", tus.VERSION)
    if spoken != tus.VERSION and request.method not in {"OPTIONS", "GET"}:
        raise tus.VersionRefused
    if not uploads.TOKEN.fullmatch(token):
        raise NotFound
    return Shelf(user.pk, token)


def _offers() -> Headers:
    return {
        "Tus-Version": tus.VERSION,
        "Tus-Extension": tus.EXTENSIONS,
        "Tus-Max-Size": room.files_max_bytes(),
        "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
    }


def _expiry(upload: Upload) -> Headers:
    return {} if upload.is_whole else {"Upload-Expires": http_date(upload.until)}


def _answer(status: int, headers: Headers | None = None) -> HttpResponse:
    response = HttpResponse(status=status)
    for name, value in {"Tus-Resumable": tus.VERSION, **(headers or {})}.items():
        response.headers[name] = str(value)
    return response
