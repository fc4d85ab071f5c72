"""Header fields of foreign mail, decoded tolerantly and in bounded time.

The standard parser raises on real headers and takes seconds on hostile ones:
this layer never raises and is linear in its input.
"""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_tz
from functools import lru_cache

from mail.charsets import decode
from mail.messages import Address, Header

BLOCK_MAX = 512 * 1024
LINES_MAX = 30_000
TEXT_MAX = 8_192
LIST_MAX = 512 * 1024
NAME_MAX, EMAIL_MAX = 500, 320
IDS_MAX = 200
KEPT_MAX = 300
OTHERS_EACH = 20
# what only a reader asks for, with the fetch of the header that it makes anyway
OTHERS = (
    "authentication-results",
    "auto-submitted",
    "disposition-notification-to",
    "dkim-signature",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "original-recipient",
    "precedence",
    "return-path",
    "x-draft-root",
    "x-follow-up",
    "x-forwarded-message-id",
    "x-mozilla-draft-info",
    "x-unfinished-bcc",
    "x-unfinished-cc",
    "x-unfinished-reply-to",
    "x-unfinished-to",
)
NO_ADDRESS = Address("", "")

Fields = dict[str, list[bytes]]

# a raw question mark in a word is wrong and common
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^\r\n]{0,800}?)\?=")
_BETWEEN = re.compile(r"(\?=)[ \t\r\n]+(=\?)")
_FOLD = re.compile(r"\r?\n[ \t]*|[\r\n\t]+")
# controls, bidirectional overrides and invisible characters
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_ID = re.compile(r"<[^<>\s]{1,990}>")


def split(block: bytes) -> Fields:
    """A header block to raw values by lower-case name, in order of appearance."""
    found: dict[str, list[list[bytes]]] = {}
    current: list[bytes] | None = None
    for line in block[:BLOCK_MAX].splitlines()[:LINES_MAX]:
        if not line:
            break
        if line[:1] in b" \t":
            if current is not None:
                current.append(line)
            continue
        name, colon, value = line.partition(b":")
        current = None
        if colon and name.strip():
            current = [value.strip()]
            key = name.strip().lower().decode("ascii", "replace")
            found.setdefault(key, []).append(current)
    return {key: [b"\n".join(v) for v in values] for key, values in found.items()}


def text(raw: bytes | str) -> str:
    """An unstructured value: decoded, one line, without dangerous characters."""
    return _clean(_words(_characters(raw[:TEXT_MAX])))


def first(fields: Fields, name: str) -> bytes:
    values = fields.get(name)
    return values[0] if values else b""


def addresses(raw: bytes | str) -> tuple[Address, ...]:
    """An address list (RFC 5322 §3.4, obsolete forms too), groups flattened."""
    # a list of messages has few senders, and one recipient
    if len(raw) <= KEPT_MAX:
        return _kept_addresses(raw)
    return tuple(_addresses(_characters(raw[:LIST_MAX])))


@lru_cache(maxsize=4096)
def _kept_addresses(raw: bytes | str) -> tuple[Address, ...]:
    return tuple(_addresses(_characters(raw)))


def message_ids(raw: bytes | str) -> tuple[str, ...]:
    """The identifiers; of very many the first and the last."""
    found = _ID.findall(_characters(raw[:LIST_MAX]))
    return tuple(found if len(found) <= IDS_MAX else found[:1] + found[1 - IDS_MAX :])


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
    """The header of a message; of several senders the first valid one counts."""
    fields = split(block)
    senders = _list(fields, "from")
    valid = [a for a in senders if "@" in a.email]
    fallback = _list(fields, "sender")
    sender = next(iter(valid or senders or fallback), NO_ADDRESS)
    sent_by = next((a for a in fallback if "@" in a.email), NO_ADDRESS)
    known = {a.email.lower() for a in senders}
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
        references=message_ids(b" ".join(fields.get("references", ())[:1000])),
        sent_by=NO_ADDRESS if sent_by.email.lower() in known else sent_by,
        others=tuple(_others(fields)),
    )


def _others(fields: Fields) -> Iterator[tuple[str, str]]:
    for name in OTHERS:
        for value in fields.get(name, ())[:OTHERS_EACH]:
            yield name, text(value)


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
    raw = data.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(raw.replace(b"_", b" "))
    raw = _NOT_BASE64.sub(b"", raw)
    raw = raw[: len(raw) - (len(raw) % 4 == 1)]
    return base64.b64decode(raw + b"=" * (-len(raw) % 4))


_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_TOKEN = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.)*)(?P<closed>"?)'
    r"|<(?P<inside>[^<>]*)>?"
    r"|(?P<word>=\?[^?\s]{1,60}\?[bBqQ]\?[^\r\n]{0,500}?\?=)"
    r'|(?P<plain>(?:[^"<,;:()\\=]++|=(?!\?))+)'
    r"|(?P<other>.)",
    re.DOTALL,
)


def _addresses(value: str) -> Iterator[Address]:
    reader = _Reader()
    for match in _TOKEN.finditer(value + ","):
        if match["quoted"] is not None and not match["closed"]:
            # a lone quotation mark: what follows it is read without
            rest = value[match.start() + 1 :].replace('"', " ")
            yield from _addresses("".join(reader.words) + rest)
            return
        if (found := reader.see(match)) is not None:
            yield found


class _Reader:
    """Puts the tokens of an address list together, one address at a time."""

    def __init__(self) -> None:
        self.depth = 0
        self._begin()

    def _begin(self) -> None:
        self.words: list[str] = []
        self.quoted: list[str] = []
        self.comment: list[str] = []
        self.angle: str | None = None

    def see(self, match: re.Match[str]) -> Address | None:
        """The address that this piece has ended, if any."""
        kind, piece = match.lastgroup or "", match[0]
        if piece in ("(", ")"):
            self.depth = max(0, self.depth + (1 if piece == "(" else -1))
        elif self.depth:
            if self.depth == 1 and kind in ("plain", "word"):
                self.comment.append(piece)
        elif kind == "inside":
            # a second one: the comma is missing
            found = self._ended() if self.angle else None
            self.angle = match["inside"]
            return found
        elif piece in (",", ";"):
            return self._ended()
        elif piece == ":":
            # the name of a group, unless it stands in an address literal
            self.words = self.words if self.angle is not None else []
        elif kind == "closed":
            self.quoted.append(re.sub(r"\\(.)", r"\1", match["quoted"]))
            self.words.append(self.quoted[-1])
        elif piece != "\\":
            self.words.append(piece)
        return None

    def _ended(self) -> Address | None:
        if not self.words and self.angle is None and not self.comment:
            return None
        name = " ".join("".join(self.words).split())
        email = ""
        if self.angle is not None:
            # a source route (RFC 822) before the address is obsolete and dropped
            route, _, last = self.angle.rpartition(":")
            email = last if route.startswith("@") else self.angle
        elif "@" in name:
            *before, email = re.sub(r" ?@ ?", "@", name).split(" ")
            name = " ".join(before)
        if self.angle is None and any(f"{q}@" in email for q in self.quoted if q):
            # a local part that looks like an address stays in quotation marks
            local, _, domain = email.rpartition("@")
            email = f'"{local}"@{domain}'
        comment = "".join(self.comment).strip()
        self._begin()
        found = _made((name or comment)[:2000], email[:1000])
        return found if found.name or found.email else None


@lru_cache(maxsize=8192)
def _made(name: str, email: str) -> Address:
    email = "".join(UNSAFE.sub("", email).split())
    name = _clean(_words(name))[:NAME_MAX].strip("'\"<> ")
    return Address(name, email[:EMAIL_MAX])


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
