"""Pictures in the text of a message being written.

In the editor each has a name of ours instead of a Content-ID: signed, good for one
mailbox, it tells where the picture lies (on a shelf of the person, or in a stored
message) without a row anywhere.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from convergence.errors import Conflict, InputRefused, NotFound
from mail import attaching, imaging, mime, room
from mail.attaching import Carried
from mail.composing import Draft, File, Inline
from mail.messages import Message
from mail.store import Store
from mail.uploads import Shelf

OCTETS_MAX = 20 * 1024 * 1024
_SIDE_MAX = 2_400
# a photo that says no width fills several screens of Outlook and Thunderbird
_SHOWN_MAX = 800
_PICTURE = re.compile(r' src="cid:([^"]{1,4000})"')
_EXTENSIONS = {"image/jpeg": "jpg"}


def kept(mailbox: str, person: int, data: bytes, name: str) -> str:
    """Keep a picture that was pasted or dropped; the name of it. It is made anew: a
    photo tells nobody where it was taken. Raises InputRefused for what is none."""
    try:
        made = _made(data)
    except NotFound as error:
        raise InputRefused(_("Cette image n’est pas lisible.")) from error
    token = uuid.uuid4().hex
    kind = made.type.partition("/")[2]
    stem = (name.rpartition(".")[0] or name)[:80] or "image"
    file = SimpleUploadedFile(
        f"{stem}.{_EXTENSIONS.get(made.type, kind)}", made.data, made.type
    )
    Shelf(person, token).add([file])
    return _signed(mailbox, [person, token])


def _made(data: bytes) -> imaging.Picture:
    if imaging.is_small(data):
        return imaging.remade(data)
    return imaging.reduced(data, _SIDE_MAX)


def names_of(mailbox: str, message: Message) -> Callable[[str], str | None]:
    """From the Content-IDs of a stored message to names of ours, in the form that
    safehtml.clean_written asks for."""
    place = (message.folder, message.uidvalidity, message.uid)
    found: dict[str, str] = {}
    for part in message.structure.walk():
        if part.content_id and part.type in mime.IMAGES:
            fields = [*place, part.number, mime.shown_name(part), part.octets]
            found.setdefault(part.content_id, _signed(mailbox, fields))

    def named(content_id: str) -> str | None:
        for known in (content_id.strip("<> "), unquote(content_id).strip("<> ")):
            if known in found:
                return f"cid:{found[known]}"
        return None

    return named


def content(
    store: Callable[[], Store], mailbox: str, person: int, name: str, version: str = ""
) -> File:
    """The picture of this name; `store` is only asked for one of a stored message, of a
    draft that was stored again for its `version` (attaching.fetched). Raises NotFound,
    Conflict."""
    fields = _read(mailbox, name)
    if len(fields) > 2:
        return attaching.fetched(store(), Carried(*fields), version)
    owner, token = fields
    files = Shelf(owner, token).contents() if owner == person else ()
    if not files:
        raise NotFound
    return files[0]


def placed(
    store: Store, mailbox: str, person: int, draft: Draft, version: str = ""
) -> Draft:
    """The draft with the pictures of its text as parts, `version` as above. Raises
    Conflict when one is lost, TooLarge when it all fits into no message."""
    found: dict[str, Inline] = {}

    def place(match: re.Match[str]) -> str:
        name = unescape(match[1])
        if name not in found:
            found[name] = _inline(store, mailbox, person, name, version)
        return f' src="cid:{found[name].content_id}"'

    html = _fitted(_PICTURE.sub(place, draft.html), found.values())
    files = [*draft.files, *(one.file for one in found.values())]
    room.check_size([len(file.data) for file in files])
    return replace(draft, html=html, pictures=tuple(found.values()))


def _fitted(html: str, pictures: Iterable[Inline]) -> str:
    """With a width on large pictures that have none."""
    for each in pictures:
        if imaging.width_of(each.file.data) > _SHOWN_MAX:
            address = re.escape(f'src="cid:{each.content_id}"')
            bare = rf"<img (?=[^<>]*{address})(?![^<>]*\bwidth\b)"
            html = re.sub(bare, f'<img width="{_SHOWN_MAX}" ', html)
    return html


def _inline(store: Store, mailbox: str, person: int, name: str, version: str) -> Inline:
    try:
        file = content(lambda: store, mailbox, person, name, version)
    except (NotFound, FileNotFoundError) as error:
        text = _("Une image du texte n’a pas été conservée. Insérez-la à nouveau.")
        raise Conflict(text) from error
    # the same picture has the same name in each version of a draft
    mark = sha256(file.data).hexdigest()[:32]
    return Inline(f"{mark}@{settings.MAIL_DOMAIN}", file)


def _signed(mailbox: str, fields: list[object]) -> str:
    return signing.dumps(fields, salt=_salt(mailbox), compress=True)


def _salt(mailbox: str) -> str:
    return f"mail.pictures:{mailbox}"


def _read(mailbox: str, name: str) -> list[Any]:
    try:
        fields: list[Any] = signing.loads(name, salt=_salt(mailbox))
    except signing.BadSignature as error:
        raise NotFound from error
    return fields
