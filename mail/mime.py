"""MIME structure: from the server's BODYSTRUCTURE to parts, bodies and attachments."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from mail.headers import UNSAFE, parameters
from mail.messages import Part

DEPTH_MAX = 100
PARTS_MAX = 2_000

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_NAME_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_EXTENSIONS = {
    "text/plain": "txt",
    "text/html": "html",
    "text/calendar": "ics",
    "message/rfc822": "eml",
    "image/png": "png",
    "image/jpeg": "jpg",
    "application/pdf": "pdf",
}


def structure(tree: Any) -> Part:
    """A BODYSTRUCTURE (RFC 3501 §7.4.2) as nested lists of bytes, int and None, to
    parts with their section numbers. Deep or huge trees are cut, never refused."""
    counter = [0]
    root = _part(tree, "", 0, counter)
    return root if root.is_multipart else _renumbered(root, "1")


def _renumbered(part: Part, number: str) -> Part:
    return Part(
        number,
        part.type,
        part.charset,
        part.encoding,
        part.size,
        part.name,
        part.disposition,
        part.content_id,
        part.parameters,
        part.children,
    )


def _part(tree: Any, number: str, depth: int, counter: list[int]) -> Part:
    counter[0] += 1
    if not isinstance(tree, list) or not tree or depth > DEPTH_MAX:
        return Part(number, "application/octet-stream")
    if isinstance(tree[0], list):
        return _multipart(tree, number, depth, counter)
    return _leaf(tree, number, depth, counter)


def _multipart(tree: list[Any], number: str, depth: int, counter: list[int]) -> Part:
    bodies = [item for item in tree if isinstance(item, list)]
    count = next((i for i, item in enumerate(tree) if not isinstance(item, list)), 0)
    children = []
    for index, body in enumerate(bodies[: count or len(bodies)], 1):
        if counter[0] >= PARTS_MAX:
            break
        child = f"{number}.{index}" if number else str(index)
        children.append(_part(body, child, depth + 1, counter))
    subtype = _word(tree, count) or "mixed"
    pairs = tuple(_pairs(_item(tree, count + 1)).items())
    disposition = _disposition(_item(tree, count + 2))[0]
    return Part(
        number,
        f"multipart/{subtype}",
        disposition=disposition,
        parameters=pairs,
        children=tuple(children),
    )


def _leaf(tree: list[Any], number: str, depth: int, counter: list[int]) -> Part:
    kind = f"{_word(tree, 0) or 'text'}/{_word(tree, 1) or 'plain'}"
    pairs = _pairs(_item(tree, 2))
    extension = {"text": 9, "message/rfc822": 11}.get(
        kind if kind == "message/rfc822" else kind.partition("/")[0], 8
    )
    disposition, more = _disposition(_item(tree, extension))
    name = more.get("filename") or pairs.get("name") or ""
    content_id = _item(tree, 3)
    children: tuple[Part, ...] = ()
    if kind == "message/rfc822" and counter[0] < PARTS_MAX:
        inner = _item(tree, 8)
        if isinstance(inner, list) and inner:
            single = not isinstance(inner[0], list)
            below = f"{number or '1'}.1" if single else (number or "1")
            children = (_part(inner, below, depth + 1, counter),)
    return Part(
        number,
        kind,
        charset=pairs.get("charset", ""),
        encoding=_word(tree, 5) or "7bit",
        size=_number(_item(tree, 6)),
        name=file_name(name) if name else "",
        disposition=disposition,
        content_id=_text(content_id).strip("<> "),
        parameters=tuple(pairs.items()),
        children=children,
    )


def _item(tree: list[Any], index: int) -> Any:
    return tree[index] if index < len(tree) else None


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _word(tree: list[Any], index: int) -> str:
    """A type, subtype or encoding: lower case, only token characters."""
    return re.sub(r"[^a-z0-9.+_-]", "", _text(_item(tree, index)).lower())[:100]


def _number(value: Any) -> int:
    text = _text(value) if isinstance(value, bytes) else str(value or 0)
    return int(text) if text.isdigit() else 0


def _pairs(value: Any) -> dict[str, str]:
    if not isinstance(value, list):
        return {}
    flat = [v if isinstance(v, bytes) else b"" for v in value[:400]]
    names = (_text(name) for name in flat[::2])
    return parameters(zip(names, flat[1::2], strict=False))


def _disposition(value: Any) -> tuple[str, dict[str, str]]:
    if not isinstance(value, list) or not value:
        return "", {}
    kind = _text(value[0]).lower()
    # unknown dispositions are treated as attachment (RFC 2183 §2.8)
    kind = kind if kind in {"inline", "attachment"} else "attachment"
    return kind, _pairs(_item(value, 1))


def file_name(name: str) -> str:
    """A safe base name: no path, no control or bidi character, never reserved."""
    name = re.split(r"[/\\]", name)[-1]
    name = _NAME_UNSAFE.sub("_", UNSAFE.sub("", name)).strip(". ")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    if len(name) > 150:
        stem, dot, extension = name.rpartition(".")
        keep = f"{dot}{extension}" if 0 < len(extension) <= 10 else ""
        name = (stem or name)[: 150 - len(keep)] + keep
    return name


def shown_name(part: Part) -> str:
    """The name under which a part is listed and saved; never empty."""
    if part.name:
        return part.name
    extension = _EXTENSIONS.get(part.type) or "bin"
    return f"piece-{part.number or '1'}.{extension}"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a message is shown: its bodies in order, then its attachments.

    `inline` are images that an HTML body may name by cid.
    """

    bodies: tuple[Part, ...]
    attachments: tuple[Part, ...]
    inline: tuple[Part, ...]


Prefer = Literal["html", "text"]


def layout(root: Part, prefer: Prefer = "html") -> Layout:
    """The bodies that a reader shows and the attachments that a list counts."""
    bodies: list[Part] = []
    attachments: list[Part] = []
    inline: list[Part] = []
    todo: list[tuple[Part, bool]] = [(root, False)]
    while todo:
        part, related = todo.pop()
        if part.is_multipart:
            todo.extend((c, r) for c, r in reversed(_children(part, prefer, related)))
        elif _is_body(part):
            bodies.append(part)
        elif related and part.content_id and part.type.startswith("image/"):
            inline.append(part)
        else:
            attachments.append(part)
    return Layout(tuple(bodies), tuple(attachments), tuple(inline))


def _children(part: Part, prefer: Prefer, related: bool) -> list[tuple[Part, bool]]:
    children = list(part.children)
    if part.type == "multipart/alternative":
        return [(_alternative(children, prefer), related)] if children else []
    if part.type == "multipart/related":
        return [(child, True) for child in children]
    if part.type == "multipart/report":
        # the delivery status and the returned headers are told, not listed
        return [(child, related) for child in children[:1]]
    if part.type == "multipart/signed":
        return [(child, related) for child in children]
    return [(child, related) for child in children]


def _alternative(children: Sequence[Part], prefer: Prefer) -> Part:
    wanted = f"text/{'html' if prefer == 'html' else 'plain'}"
    for child in reversed(children):
        if any(
            p.type == wanted and p.disposition != "attachment" for p in child.walk()
        ):
            return child
    showable = [c for c in children if c.is_multipart or _is_body(c)]
    return showable[-1] if showable else children[-1]


def _is_body(part: Part) -> bool:
    if part.type not in {"text/plain", "text/html"}:
        return False
    return part.disposition != "attachment" and not (part.name and part.disposition)


def has_attachment(root: Part) -> bool:
    return bool(layout(root).attachments)


BASE64_JUNK = re.compile(rb"[^A-Za-z0-9+/=]")


def transfer_decode(data: bytes, encoding: str) -> bytes:
    """Undo a Content-Transfer-Encoding; what is broken is kept as far as it goes."""
    if encoding == "base64":
        return _base64(data)
    if encoding == "quoted-printable":
        return quopri.decodestring(data)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _uudecode(data)
    return data


def _base64(data: bytes) -> bytes:
    clean = BASE64_JUNK.sub(b"", data).partition(b"=")[0]
    clean = clean[: len(clean) - (len(clean) % 4 == 1)]
    return base64.b64decode(clean + b"=" * (-len(clean) % 4))


def _uudecode(data: bytes) -> bytes:
    result = bytearray()
    for line in data.splitlines():
        if line.startswith((b"begin ", b"end")) or not line.strip():
            continue
        try:
            result += binascii.a2b_uu(line)
        except binascii.Error:
            # some encoders count wrong: take what the length byte allows
            count = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                result += binascii.a2b_uu(line[:count])
            except binascii.Error:
                continue
    return bytes(result)
