"""MIME structure: from the server's BODYSTRUCTURE to parts, bodies and attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from mail.headers import UNSAFE, parameters
from mail.messages import Part

DEPTH_MAX = 100
PARTS_MAX = 2_000
NAME_MAX = 150

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_NAME_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]')
_NOT_TOKEN = re.compile(r"[^a-z0-9.+_-]")
# what somebody here asks for; the rest is not kept in the cache
_PARAMETERS = frozenset(
    "charset name filename format delsp method boundary protocol report-type "
    "smime-type access-type".split()
)
_NAMES = {
    "text/plain": "texte.txt",
    "text/html": "page.html",
    "text/calendar": "invitation.ics",
    "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf",
    "text/csv": "tableau.csv",
    "text/rfc822-headers": "en-tetes.txt",
    "message/rfc822": "message.eml",
    "message/delivery-status": "rapport.txt",
    "message/disposition-notification": "rapport.txt",
    "image/png": "image.png",
    "image/jpeg": "image.jpg",
    "image/gif": "image.gif",
    "image/webp": "image.webp",
    "image/svg+xml": "image.svg",
    "application/pdf": "document.pdf",
    "application/zip": "archive.zip",
    "application/ms-tnef": "winmail.dat",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
}
# parts that programs read: listed, but no reason for a paper clip
_FOR_PROGRAMS = frozenset(
    "application/pgp-signature application/pkcs7-signature text/rfc822-headers "
    "application/x-pkcs7-signature message/delivery-status "
    "message/disposition-notification".split()
)
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def structure(tree: Any) -> Part:
    """A BODYSTRUCTURE (RFC 3501 §7.4.2) as nested lists of bytes, int and None, to
    parts with their section numbers. Deep or huge trees are cut, never refused."""
    is_multipart = isinstance(tree, list) and tree[:1] and isinstance(tree[0], list)
    return _part(tree, "" if is_multipart else "1", 0, [0])


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
    return _NOT_TOKEN.sub("", _text(_item(tree, index))[:200].lower())[:100]


def _number(value: Any) -> int:
    text = _text(value) if isinstance(value, bytes) else str(value or 0)
    return int(text[:18]) if text.isdecimal() and text.isascii() else 0


def _pairs(value: Any) -> dict[str, str]:
    if not isinstance(value, list):
        return {}
    flat = [v if isinstance(v, bytes) else b"" for v in value[:2_000]]
    pairs = ((_text(n).lower(), v) for n, v in zip(flat[::2], flat[1::2], strict=False))
    wanted = [(n, v) for n, v in pairs if n.partition("*")[0].strip() in _PARAMETERS]
    return parameters(wanted[:200])


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
    name = _NAME_UNSAFE.sub("_", " ".join(UNSAFE.sub("", name).split())).strip(". ")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    if len(name) > NAME_MAX:
        # cut before the ending, so that it does not become another type
        stem, dot, ending = name.rpartition(".")
        keep = f"{dot}{ending}" if 0 < len(ending) <= 10 else ""
        name = (stem or name)[: NAME_MAX - len(keep)].rstrip(". ") + keep
    return name


def shown_name(part: Part) -> str:
    """The name under which a part is listed and saved; never empty."""
    return part.name or _NAMES.get(part.type) or f"piece-{part.number or '1'}.bin"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a message is shown: its bodies in order, then its attachments.

    `inline` are images that an HTML body may name by cid.
    """

    bodies: tuple[Part, ...]
    attachments: tuple[Part, ...]
    inline: tuple[Part, ...]

    @property
    def files(self) -> tuple[Part, ...]:
        return (*self.attachments, *self.inline)


Prefer = Literal["html", "text"]


def layout(root: Part, prefer: Prefer = "html") -> Layout:
    """The bodies that a reader shows and the attachments that a list counts."""
    bodies: list[Part] = []
    attachments: list[Part] = []
    inline: list[Part] = []
    todo: list[tuple[Part, bool, bool]] = [(root, True, False)]
    while todo:
        part, leads, related = todo.pop()
        if part.is_multipart:
            todo.extend(reversed(_children(part, prefer, related)))
        elif _is_body(part, leads, related):
            bodies.append(part)
        elif related and _is_inline(part):
            inline.append(part)
        else:
            attachments.append(part)
    return Layout(tuple(bodies), tuple(attachments), tuple(inline))


def _children(
    part: Part, prefer: Prefer, related: bool
) -> list[tuple[Part, bool, bool]]:
    """The parts to look at, each with whether it leads and whether it is related."""
    children = list(part.children)
    if part.type == "multipart/alternative" and children:
        chosen = _alternative(children, prefer)
        others = [c for c in children if c is not chosen]
        left = [leaf for other in others for leaf in _left_over(other)]
        return [(chosen, True, related), *((leaf, False, False) for leaf in left)]
    related = related or part.type == "multipart/related"
    return [(child, index == 0, related) for index, child in enumerate(children)]


def _alternative(children: Sequence[Part], prefer: Prefer) -> Part:
    wanted = f"text/{'html' if prefer == 'html' else 'plain'}"
    for child in reversed(children):
        if any(
            p.type == wanted and p.disposition != "attachment" for p in child.walk()
        ):
            return child
    showable = [c for c in children if c.is_multipart or _is_body(c, True, False)]
    return showable[-1] if showable else children[-1]


def _left_over(part: Part) -> Iterator[Part]:
    """What an alternative that is not shown holds beside another form of the text:
    invitations (text/calendar) come so."""
    todo = [(part, False)]
    while todo:
        node, related = todo.pop()
        if node.is_multipart:
            related = related or node.type == "multipart/related"
            todo.extend((child, related) for child in reversed(node.children))
            continue
        is_text = node.type.startswith("text/") and node.type != "text/calendar"
        is_picture = related and node.type in IMAGES
        if node.disposition == "attachment" or not (is_text or is_picture):
            yield node


def _is_body(part: Part, leads: bool, related: bool) -> bool:
    """As in RFC 8621 §4.1.4: a named text that does not lead is a file."""
    if part.type not in {"text/plain", "text/html"}:
        return False
    if part.disposition == "attachment":
        return False
    return leads or not (related or part.name)


def _is_inline(part: Part) -> bool:
    if part.type not in IMAGES or not part.content_id:
        return False
    return part.disposition != "attachment"


def has_attachment(root: Part) -> bool:
    return any(part.type not in _FOR_PROGRAMS for part in layout(root).attachments)
