"""Header fields of foreign mail, decoded tolerantly and in bounded time.

The standard parser raises on real headers and takes seconds on hostile ones
(libraries.md, trap 5): this layer never raises and is linear in its input.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_tz
from functools import lru_cache

from mail.charsets import decode
from mail.messages import Address, Header

BLOCK_MAX = 512 * 1024
FIELDS_MAX = 5_000
TEXT_MAX = 8_192
LIST_MAX = 2 * 1024 * 1024
NO_ADDRESS = Address("", "")

Fields = dict[str, list[bytes]]

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\r\n]*)\?=")
_BETWEEN = re.compile(r"(\?=)[ \t\r\n]+(=\?)")
_FOLD = re.compile(r"\r?\n[ \t]*|[\r\n\t]+")
# controls, bidirectional overrides and invisible characters (reliability.md §5)
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ID = re.compile(r"<[^<>\s]{1,990}>")


def split(block: bytes) -> Fields:
    """A header block to raw values by lower-case name, in order of appearance."""
    fields: Fields = {}
    current: list[bytes] | None = None
    for line in block[:BLOCK_MAX].splitlines()[:FIELDS_MAX]:
        if not line:
            break
        if line[:1] in b" \t":
            if current:
                current[-1] += b"\n" + line
            continue
        name, colon, value = line.partition(b":")
        if not colon or not name.strip():
            current = None
            continue
        current = fields.setdefault(name.strip().lower().decode("ascii", "replace"), [])
        current.append(value.strip())
    return fields


def text(raw: bytes | str) -> str:
    """An unstructured value: decoded, one line, without dangerous characters."""
    return _clean(_words(_characters(raw[:TEXT_MAX])))


def first(fields: Fields, name: str) -> bytes:
    values = fields.get(name)
    return values[0] if values else b""


def addresses(raw: bytes | str) -> tuple[Address, ...]:
    """An address list (RFC 5322 §3.4, obsolete forms too), groups flattened."""
    return tuple(_addresses(_characters(raw[:LIST_MAX])))


def message_ids(raw: bytes | str) -> tuple[str, ...]:
    return tuple(_ID.findall(_characters(raw[:65_536])))


def date(raw: bytes | str) -> datetime | None:
    """The date of a Date field, aware; None when it is absent or absurd."""
    value = _characters(raw[:200]).strip()
    if not value:
        return None
    try:
        parsed = parsedate_tz(value)
        if parsed is None or not 1970 <= parsed[0] <= 2100:
            return None
        offset = parsed[9] or 0
        if abs(offset) > 86_400:
            offset = 0
        naive = datetime(*parsed[:6], tzinfo=UTC)
        return datetime.fromtimestamp(naive.timestamp() - offset, UTC)
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None


def parse(block: bytes) -> Header:
    """The header of a message; several From: the first valid one counts."""
    fields = split(block)
    senders = _list(fields, "from")
    valid = [a for a in senders if "@" in a.email]
    fallback = _list(fields, "sender")
    sender = next(iter(valid or senders or fallback), NO_ADDRESS)
    return Header(
        subject=text(first(fields, "subject")),
        senders=senders,
        sender=sender,
        reply_to=_list(fields, "reply-to"),
        to=_list(fields, "to"),
        cc=_list(fields, "cc"),
        bcc=_list(fields, "bcc"),
        date=date(first(fields, "date")),
        message_id=next(iter(message_ids(first(fields, "message-id"))), ""),
        in_reply_to=message_ids(first(fields, "in-reply-to")),
        references=message_ids(b" ".join(fields.get("references", ()))),
    )


def _list(fields: Fields, name: str) -> tuple[Address, ...]:
    values = fields.get(name)
    if not values:
        return ()
    if len(values) == 1:
        return addresses(values[0])
    return addresses(b",".join(values[:1000]))


def _characters(raw: bytes | str) -> str:
    return raw if isinstance(raw, str) else decode(raw)


def _clean(value: str) -> str:
    value = _FOLD.sub(" ", value)
    return UNSAFE.sub("", value).strip() if not value.isascii() else _ascii(value)


def _ascii(value: str) -> str:
    return value.strip() if value.isprintable() else UNSAFE.sub("", value).strip()


def _words(value: str) -> str:
    """RFC 2047 words decoded; neighbours of one charset are joined before decoding,
    because senders cut multi-byte characters in two."""
    if "=?" not in value:
        return value
    value = _BETWEEN.sub(r"\1\2", _FOLD.sub(" ", value))
    pieces: list[str] = []
    pending, charset, end = b"", "", 0
    for match in _WORD.finditer(value):
        name = match[1].partition("*")[0]
        if match.start() != end or name.lower() != charset:
            pieces.append(decode(pending, charset) if pending else "")
            pieces.append(value[end : match.start()])
            pending, charset = b"", name.lower()
        pending += _word_bytes(match[2], match[3])
        end = match.end()
    pieces.append(decode(pending, charset) if pending else "")
    return "".join([*pieces, value[end:]])


def _word_bytes(encoding: str, data: str) -> bytes:
    raw = data.encode("ascii", "replace")
    if encoding in "qQ":
        return quopri.decodestring(raw.replace(b"_", b" "))
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        return raw


_TOKEN = re.compile(
    r'"((?:[^"\\]|\\.)*)"?|<([^<>]*)>?|([,;:()\\])|([^"<,;:()\\]+)|(.)', re.DOTALL
)


def _addresses(value: str) -> Iterator[Address]:
    words: list[str] = []
    angle: str | None = None
    comment: list[str] = []
    depth = 0
    for match in _TOKEN.finditer(value + ","):
        quoted, inside, mark, plain, other = match.groups()
        if mark in ("(", ")"):
            depth = max(0, depth + (1 if mark == "(" else -1))
        elif depth:
            if plain and depth == 1:
                comment.append(plain)
        elif inside is not None:
            angle = inside
        elif mark in (",", ";"):
            if found := _address(words, angle, comment):
                yield found
            words, angle, comment = [], None, []
        elif mark == ":":
            # the name of a group, unless it stands in an address literal
            words = words if angle is not None else []
        elif quoted is not None:
            words.append(re.sub(r"\\(.)", r"\1", quoted))
        else:
            words.append(plain or other or "")


def _address(words: list[str], angle: str | None, comment: list[str]) -> Address | None:
    name = " ".join(" ".join(words).split())
    if angle is None:
        email = name.replace(" ", "") if "@" in name else name
        return _made(" ".join(comment), email) if email else None
    # a source route (RFC 822) before the address is obsolete and dropped
    email = angle.rpartition(":")[2] if angle.startswith("@") else angle
    return _made(name or " ".join(comment), email)


@lru_cache(maxsize=8192)
def _made(name: str, email: str) -> Address:
    email = UNSAFE.sub("", email).strip()
    return Address(_clean(_words(name))[:500].strip("'\" "), email[:320])


def parameters(pairs: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """MIME parameters decoded: RFC 2231 (continuations, charset), RFC 2047 and raw
    8-bit all occur. Names are lower case."""
    plain: dict[str, str] = {}
    parts: dict[str, dict[int, tuple[bool, bytes]]] = {}
    for name, value in pairs:
        base, number, extended = _parameter_name(name)
        if number is None:
            plain.setdefault(base, text(value))
        else:
            parts.setdefault(base, {})[number] = (extended, value)
    return plain | {base: _joined(pieces) for base, pieces in parts.items()}


_PARAMETER = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")


def _parameter_name(name: str) -> tuple[str, int | None, bool]:
    match = _PARAMETER.fullmatch(name.lower().strip())
    if not match:
        return name.lower(), None, False
    if match[2] is None:
        return match[1], (0 if match[3] else None), bool(match[3])
    return match[1], int(match[2]), bool(match[3])


def _joined(pieces: dict[int, tuple[bool, bytes]]) -> str:
    charset, data = "", b""
    for position, number in enumerate(sorted(pieces)):
        extended, value = pieces[number]
        if extended and position == 0 and value.count(b"'") >= 2:
            name, _language, value = value.split(b"'", 2)
            charset = name.decode("ascii", "replace")
        data += _percent(value) if extended else value
    return _clean(_words(decode(data, charset)))


def _percent(value: bytes) -> bytes:
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), value)
