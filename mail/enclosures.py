"""Files in files: the messages and the winmail.dat that a message holds.

A message that the server has read (RFC 3501 BODYSTRUCTURE) is opened by its part
numbers. One that was sent encoded, against RFC 2046 §5.2.1, or as a file of another
type, is read here, within bounds, and so is TNEF.
"""

from __future__ import annotations

import email
import email.message
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from convergence.errors import MessageMissing, TooLarge
from mail import charsets, headers, mime, tnef
from mail.messages import Header, Message, Part
from mail.store import Store

OCTETS_MAX = 30 * 1024 * 1024
TEXT_MAX = 2 * 1024 * 1024
FILES_MAX = 200
# the parser is slow where many boundaries are open at once
BOUNDARIES_MAX = 60
# lines that may end a part: each part is an object of a kilobyte and more
DASHES_MAX = 5_000
HEADER_MAX = 256 * 1024
_BOUNDARY = re.compile(rb"boundary", re.IGNORECASE)
_TOO_LARGE = _("Ce fichier est trop volumineux pour être ouvert ici. Téléchargez-le.")
_ENCODED = frozenset({"base64", "quoted-printable"})


@dataclass(frozen=True, slots=True)
class File:
    """A file in a file; `part.number` is its address in the message: the number of the
    outer part and its own."""

    part: Part
    data: bytes


def is_read_by_server(part: Part) -> bool:
    """Whether the parts of this message have numbers on the server."""
    return (
        part.type == "message/rfc822"
        and part.encoding not in _ENCODED
        and bool(part.children)
    )


def bounded(pieces: Iterator[bytes], limit: int) -> bytes:
    """The whole content. Raises TooLarge."""
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > limit:
            raise TooLarge(_TOO_LARGE)
    return bytes(data)


def read(store: Store, outer: Message, part: Part) -> tuple[Message, dict[str, bytes]]:
    """The message in this part as a message of its own, with the texts that a reader
    shows. Its parts keep the numbers that they have in the outer one."""
    child = part.children[0]
    header = store.header(outer.folder, outer.uid, part.number)
    inner = replace(
        outer, flags=frozenset(), size=part.octets, header=header, structure=child
    )
    texts = {}
    for body in mime.layout(child).bodies[:20]:
        with store.stream(outer.folder, outer.uid, body.number) as (_body, pieces):
            texts[body.number] = beginning(pieces, TEXT_MAX)
    return inner, texts


def beginning(pieces: Iterator[bytes], limit: int) -> bytes:
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) >= limit:
            break
    return bytes(data[:limit])


@dataclass(frozen=True, slots=True)
class Opened:
    """What is in a file: of a message also its header and its text."""

    files: tuple[File, ...]
    header: Header | None = None
    text: str = ""
    html: str = ""


def opened(part: Part, data: bytes) -> Opened:
    """What is in this part, by its content: nothing for what is no container."""
    if data[:4] == tnef.SIGNATURE.to_bytes(4, "little"):
        found = tnef.files(data)
        return Opened(
            tuple(
                _file(part, index, one.type, one.name, one.data)
                for index, one in enumerate(found, 1)
            )
        )
    return _message(part, data)


def _file(outer: Part, index: int, kind: str, name: str, data: bytes) -> File:
    part = Part(
        f"{outer.number}-{index}",
        kind if "/" in kind else "application/octet-stream",
        encoding="8bit",
        size=len(data),
        name=name,
        disposition="attachment",
    )
    return File(part, data)


def is_readable(data: bytes) -> bool:
    """Whether the parser takes little time and memory for this message."""
    dashes = data.count(b"\n--") + data.count(b"\r--")
    return dashes <= DASHES_MAX and len(_BOUNDARY.findall(data)) <= BOUNDARIES_MAX


def _message(part: Part, data: bytes) -> Opened:
    if not is_readable(data):
        raise TooLarge(_TOO_LARGE)
    try:
        parsed = email.message_from_bytes(data)
    except RecursionError as error:
        raise TooLarge(_TOO_LARGE) from error
    head = re.split(rb"\r?\n\r?\n", data[:HEADER_MAX], maxsplit=1)[0]
    texts = {"text/plain": "", "text/html": ""}
    files: list[File] = []
    for leaf in _leaves(parsed):
        content = _content(leaf)
        kind, name = leaf.get_content_type(), _name(leaf)
        if kind in texts and not name and not texts[kind]:
            texts[kind] = charsets.decode(content[:TEXT_MAX], _charset(leaf))
        elif len(files) < FILES_MAX:
            files.append(_file(part, len(files) + 1, kind, name, content))
    return Opened(
        tuple(files), headers.parse(head), texts["text/plain"], texts["text/html"]
    )


def _leaves(message: email.message.Message) -> Iterator[email.message.Message]:
    """The parts in order; a message in it is one file, opened on its own."""
    todo = [message]
    while todo:
        node = todo.pop()
        if node.get_content_maintype() == "multipart" and node.is_multipart():
            todo.extend(reversed(node.get_payload()))  # type: ignore[arg-type]
        elif node.get_content_type() == "message/rfc822" and node.is_multipart():
            yield _flattened(node)
        else:
            yield node


def _content(leaf: email.message.Message) -> bytes:
    try:
        found = leaf.get_payload(decode=True)
    except (ValueError, LookupError, RecursionError):
        return b""
    return found if isinstance(found, bytes) else b""


def _flattened(node: email.message.Message) -> email.message.Message:
    try:
        text = node.get_payload(0).as_bytes()  # type: ignore[union-attr]
    except (ValueError, LookupError, RecursionError, AttributeError):
        text = b""
    made = email.message.Message()
    made["Content-Type"] = "message/rfc822"
    made["Content-Disposition"] = "attachment"
    made.set_payload(text)
    return made


def _charset(leaf: email.message.Message) -> str:
    found = leaf.get_param("charset", "")
    return found if isinstance(found, str) else ""


def _name(leaf: email.message.Message) -> str:
    try:
        raw = leaf.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        return ""
    return mime.file_name(headers.text(raw))


def in_part(store: Store, folder: str, uid: int, number: str) -> tuple[Part, Opened]:
    """A part with what is in it. Raises MessageMissing, TooLarge."""
    with store.stream(folder, uid, number) as (part, pieces):
        return part, opened(part, bounded(pieces, OCTETS_MAX))


def file_in(store: Store, folder: str, uid: int, number: str, index: int) -> File:
    """The index-th file (from 1) in a part. Raises MessageMissing when there is none,
    TooLarge."""
    files = in_part(store, folder, uid, number)[1].files
    if not 0 < index <= len(files):
        raise MessageMissing
    return files[index - 1]
