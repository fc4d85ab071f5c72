"""What a click in the form of a message is about: the same click twice is one, from
whichever page it comes."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest

from mail.attaching import Attached

# what changes between two clicks on one text: neither to have confirmed something nor
# another hour nor a draft that was stored makes another message of it
_NOT_TYPED = {
    "csrfmiddlewaretoken",
    "confirmed",
    "at",
    "at_typed",
    "held_at",
    "draft_id",
    "draft_root",
    "draft_save",
    "draft_attempts",
    "back",
}
_LINES = ("to", "cc", "bcc", "reply_to", "sender", "subject", "in_reply_to")
_CHOICES = ("receipt", "notify", "follow")


def of_form(request: HttpRequest) -> str:
    """A name of what was posted: the same form with the same content is the same click,
    a text corrected after one came back to its form is another."""
    fields = sorted(request.POST.lists())
    typed = [field for field in fields if field[0] not in _NOT_TYPED]
    return _named(typed, _chosen(request))


def of_message(request: HttpRequest, files: Attached) -> str:
    """A name of what would leave: the same text with the same files is the same message
    on another page too."""
    posted = request.POST
    body = "html" if posted.get("html") else "text"
    typed = [(name, posted.get(name, "").strip()) for name in (*_LINES, *_CHOICES)]
    typed.append((body, posted.get(body, "").replace("\r\n", "\n").rstrip()))
    carried = sorted((one.name, one.size) for one in files.carried)
    return _named(typed, carried, sorted(files.shown), _chosen(request))


def _chosen(request: HttpRequest) -> list[tuple[str | None, int | None]]:
    return [(file.name, file.size) for file in request.FILES.getlist("files")]


def _named(*what: object) -> str:
    return hashlib.sha256(repr(what).encode("utf-8", "replace")).hexdigest()[:32]
