"""Messages that go along in messages: RFC 2046 §5.2.1 allows no encoding around them.
What is in them is encoded where it needs to be (RFC 2045 §2.7)."""

from __future__ import annotations

import binascii
import re
from email import message_from_bytes
from email.header import Header
from email.message import Message
from email.policy import compat32

from mail import charsets
from mail.enclosures import is_readable

_LINE_MAX = 998
_LINE_END = re.compile(rb"\r\n|\r|\n")
# as it was written: nothing folded anew, no `From ` changed
_AS_IT_IS = compat32.clone(max_line_length=None, mangle_from_=False)
_RAW = frozenset({"", "7bit", "8bit", "binary"})
# a signature would break, an encryption is of octets
_UNTOUCHED = frozenset({"multipart/signed", "multipart/encrypted"})
_WORDS = r"[^\s<>\",()]*[^\x00-\x7f][^\s<>\",()]*"
_FOREIGN = re.compile(rf"{_WORDS}(?:[ \t]+{_WORDS})*")


def made(letter: bytes) -> bytes | None:
    """The message in lines of ASCII, with the same content; None for one that would be
    another then: signed, damaged, or no message at all."""
    plain = _LINE_END.sub(b"\r\n", letter)
    if is_plain(plain):
        return plain
    if b"\0" in plain or not is_readable(plain):
        return None
    try:
        message = message_from_bytes(plain, policy=_AS_IT_IS)
        parts = list(message.walk())
        if any(part.get_content_type() in _UNTOUCHED for part in parts):
            return None
        for part in parts:
            _encode(part)
        found = _LINE_END.sub(b"\r\n", message.as_bytes())
    except (ValueError, LookupError, RecursionError, AttributeError):
        return None
    return found if is_plain(found) else None


def is_plain(data: bytes) -> bool:
    """Whether it needs no transfer encoding."""
    lines = data.split(b"\r\n")
    return data.isascii() and not any(
        len(line) > _LINE_MAX or any(c in line for c in b"\r\n\0") for line in lines
    )


def _encode(part: Message) -> None:
    _spell(part)
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if part.is_multipart():
        if encoding in _RAW - {""}:
            part.replace_header("Content-Transfer-Encoding", "7bit")
        return
    content = part.get_payload(decode=True)
    if encoding not in _RAW or not isinstance(content, bytes) or is_plain(content):
        return
    is_text = part.get_content_maintype() == "text"
    pack = _quoted if is_text else binascii.b2a_base64
    del part["Content-Transfer-Encoding"]
    part["Content-Transfer-Encoding"] = "quoted-printable" if is_text else "base64"
    part.set_payload(pack(content).decode("ascii"))


def _spell(part: Message) -> None:
    """Its fields in ASCII, in their order."""
    fields = list(part.raw_items())
    if all(value.isascii() for _name, value in fields):
        return
    for name, _value in fields:
        del part[name]
    for name, value in fields:
        part.set_raw(name, value if value.isascii() else _words(value))


def _quoted(content: bytes) -> bytes:
    return binascii.b2a_qp(content, istext=True)


def _words(value: str) -> str:
    """RFC 2047, of a field that was sent as it is typed."""
    text = charsets.decode(value.encode("utf-8", "surrogateescape"), "utf-8")
    return _FOREIGN.sub(lambda found: Header(found[0], "utf-8").encode(), text)
