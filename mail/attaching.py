"""Attachments of a message being written: files put on its shelf, and files of a stored
message that go along by reference, fetched only when it is sent or saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from convergence.errors import Conflict, InputRefused, NotFound
from mail import mime
from mail.composing import File
from mail.messages import Message
from mail.room import check_size
from mail.store import Store
from mail.uploads import Shelf

# no part of a message is numbered so
_WHOLE = "message"
_SUBJECT_MAX = 120


@dataclass(frozen=True, slots=True)
class Carried:
    """A file of a stored message, or a whole one; `size` is about what it has decoded,
    `id` what the form holds of it: signed, and good for this mailbox only."""

    folder: str
    uidvalidity: int
    uid: int
    part: str
    name: str
    size: int
    id: str = ""


def carried(mailbox: str, message: Message) -> tuple[Carried, ...]:
    """All files of a message, for the form that forwards it or goes on with it."""
    place = (message.folder, message.uidvalidity, message.uid)
    found = (
        (*place, part.number, mime.shown_name(part), part.octets)
        for part in mime.layout(message.structure).attachments
    )
    return tuple(Carried(*fields, id=_signed(mailbox, fields)) for fields in found)


def enclosed(store: Store, folder: str, uids: Sequence[int]) -> tuple[Carried, ...]:
    """Whole messages, to go along as they are. Raises MessageMissing."""
    messages = [store.message(folder, uid) for uid in uids]
    found = (
        (m.folder, m.uidvalidity, m.uid, _WHOLE, _letter_name(m), m.size)
        for m in messages
    )
    return tuple(Carried(*f, id=_signed(store.address, f)) for f in found)


def _letter_name(message: Message) -> str:
    subject = message.header.subject.strip()[:_SUBJECT_MAX]
    return mime.file_name(f"{subject or _('(sans objet)')}.eml")


def _signed(mailbox: str, fields: Sequence[object]) -> str:
    return signing.dumps(fields, salt=_salt(mailbox), compress=True)


def _salt(mailbox: str) -> str:
    return f"mail.attaching:{mailbox}"


def fetched(store: Store, one: Carried, version: str = "") -> File:
    """Of a draft that was stored again meanwhile, the `version` (drafting.name_of) has
    the same file. Raises Conflict, with its name, when it is gone."""
    try:
        return _content(store, one)
    except NotFound as error:
        if there := _followed(store, one, version):
            return _content(store, there)
        text = _("« %(name)s » n’est plus dans la boîte. Retirez ce fichier.")
        raise Conflict(text % {"name": one.name}) from error


def _content(store: Store, one: Carried) -> File:
    message = store.message(one.folder, one.uid)
    if message.uidvalidity != one.uidvalidity:
        raise NotFound
    if one.part == _WHOLE:
        with store.source(one.folder, one.uid) as (_octets, pieces):
            return File(one.name, "message/rfc822", b"".join(pieces))
    # in pieces, each with its own time: a large file of a slow server arrives
    with store.stream(one.folder, one.uid, one.part) as (part, pieces):
        data, method = b"".join(pieces), part.parameter("method")
        return File(one.name, part.type, data, part.charset, method)


def _followed(store: Store, one: Carried, version: str) -> Carried | None:
    uidvalidity, dot, uid = version.partition(".")
    if not (dot and f"{uidvalidity}{uid}".isdecimal()):
        return None
    drafts = store.special("drafts")
    with suppress(NotFound, InputRefused):
        message = store.message(drafts, int(uid))
        for part in message.structure.walk():
            # lines of another length make another size of the same content
            is_near = abs(part.octets - one.size) <= max(8, one.size // 20)
            if is_near and mime.shown_name(part) == one.name:
                place = (drafts, message.uidvalidity, message.uid, part.number)
                return Carried(*place, one.name, part.octets)
    return None


class Attached:
    """The files of one form: `ids` and `shown` are what the form had of files carried
    along and of those on the shelf."""

    def __init__(
        self, mailbox: str, shelf: Shelf, ids: Iterable[str], shown: Iterable[str]
    ) -> None:
        self.mailbox, self.shelf = mailbox, shelf
        self.shown = set(shown)
        self.is_changed = False
        read = {file_id: _read(mailbox, file_id) for file_id in ids}
        self.carried = tuple(one for one in read.values() if one is not None)
        self.unreadable = len(read) - len(self.carried)

    def __bool__(self) -> bool:
        return bool(self.carried or self.shelf.files())

    def change(self, remove: Sequence[str], added: Sequence[UploadedFile[Any]]) -> None:
        """Raises what Shelf.add raises of a file that may not be sent, Conflict when a
        file that the form showed is no longer kept: no message leaves without it
        unsaid."""
        self.is_changed = True
        self.shelf.remove(remove)
        self.carried = tuple(one for one in self.carried if one.id not in remove)
        kept = {str(file["id"]) for file in self.shelf.files()}
        self.shelf.add(added)
        if self.unreadable or self.shown - kept - set(remove):
            raise _lost()

    def contents(self, store: Store, version: str = "") -> tuple[File, ...]:
        """Every file with its content; `version` as `fetched` has it. Raises TooLarge,
        Conflict."""
        sizes = [int(str(file["size"])) for file in self.shelf.files()]
        check_size([*sizes, *(one.size for one in self.carried)])
        along = [fetched(store, one, version) for one in self.carried]
        try:
            return (*along, *self.shelf.contents())
        except FileNotFoundError as error:
            raise _lost() from error


def _lost() -> Conflict:
    text = _("Un fichier joint n’a pas été conservé. Joignez-le à nouveau.")
    return Conflict(text)


def _read(mailbox: str, file_id: str) -> Carried | None:
    try:
        fields = signing.loads(file_id, salt=_salt(mailbox))
    except signing.BadSignature:
        return None
    return replace(Carried(*fields), id=file_id)
