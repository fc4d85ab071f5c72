"""What a file holds: an attached message opened as one, the files of a winmail.dat."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.requests import person
from convergence.errors import MessageMissing
from convergence.web import answer, is_partial
from mail import enclosures, mime, plaintext, reading, safehtml
from mail.access import open_granted
from mail.messages import Message, Part
from mail.store import Store
from mail.views import cards, messages, regions


@require_GET
def message(
    request: HttpRequest, address: str, folder: str, uid: int, part: str
) -> HttpResponse:
    """An attached message in the reader: its own page, the same cleaning."""
    with open_granted(person(request), address) as (grant, store):
        outer = store.message(folder, uid)
        found = outer.structure.find(part)
        if found is not None and enclosures.is_read_by_server(found):
            context = _numbered(request, store, outer, found)
        else:
            context = _encoded(store, outer, part)
        if not is_partial(request):
            context = regions.shell(grant, store, folder) | context
    return answer(request, "mail/parts/message", context)


def _numbered(
    request: HttpRequest, store: Store, outer: Message, part: Part
) -> dict[str, Any]:
    """A message whose parts the server has numbered: addresses of the outer one."""
    inner, texts = enclosures.read(store, outer, part)
    opening = messages.opening(request, store, outer.folder, outer.uid)
    opening.known(outer.uidvalidity)
    view = reading.view(inner, texts, lambda *asked: opening.begin(outer, *asked))
    path = _path(store, outer)
    return _screen(path, outer, inner.header) | {
        "view": view,
        "message": outer,
        "images": opening.consent if opening.images else "",
        "consent": opening.consent,
        "blocked": 0 if opening.images else opening.blocked,
        "attachments": cards.listed(path, outer, reading.listed(view, opening.shown)),
        "here": f"{path}pieces/{part.number}/message/",
        "download": f"{path}pieces/{part.number}/",
    }


def _encoded(store: Store, outer: Message, number: str) -> dict[str, Any]:
    """A message that was sent as a file: read here, its text without formatting."""
    outside, _dash, index = number.partition("-")
    if index:
        file = enclosures.file_in(store, outer.folder, outer.uid, outside, int(index))
        opened = enclosures.opened(file.part, file.data)
        # what is in it has no address
        files: list[Part] = []
    else:
        _part, opened = enclosures.in_part(store, outer.folder, outer.uid, number)
        files = [file.part for file in opened.files]
    if opened.header is None:
        raise MessageMissing
    path = _path(store, outer)
    text = opened.text or safehtml.text_of(opened.html)
    return _screen(path, outer, opened.header) | {
        "text": plaintext.render(text).html,
        "unformatted": not opened.text and bool(opened.html),
        "attachments": cards.listed(path, outer, files),
        "download": f"{path}pieces/{number}/",
    }


def _path(store: Store, outer: Message) -> str:
    return regions.message_path(store.address, outer.folder, outer.uid)


def _screen(path: str, outer: Message, header: Any) -> dict[str, Any]:
    return {"path": path, "outer": outer, "header": header}


@require_GET
def content(
    request: HttpRequest, address: str, folder: str, uid: int, part: str
) -> HttpResponse:
    """The files in a winmail.dat, as cards."""
    with open_granted(person(request), address) as (grant, store):
        outer = store.message(folder, uid)
        found, opened = enclosures.in_part(store, folder, uid, part)
        context = {} if is_partial(request) else regions.shell(grant, store, folder)
        path = _path(store, outer)
    files = [file.part for file in opened.files]
    context |= _screen(path, outer, outer.header) | {
        "name": mime.shown_name(found),
        "attachments": cards.listed(path, outer, files),
        "download": f"{path}pieces/{part}/",
    }
    return answer(request, "mail/parts/content", context)
