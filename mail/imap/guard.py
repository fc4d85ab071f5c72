"""The door of the gateway: what may stand in a command.

imapclient and imaplib write their arguments to the wire as they are:
every name, flag, number and search text passes here first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from imapclient.imap_utf7 import encode

from convergence.errors import ForbiddenCharacter, InputRefused
from mail import numbers
from mail.imap.parse import MONTHS

# lone surrogates cannot be sent in any encoding
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_LOGIN = re.compile(r"[A-Za-z0-9._+@-]{1,128}")
# RFC 3501 flag-keyword: an atom, as other clients make them of any name
_KEYWORD = re.compile(r"[A-Za-z0-9!#$&'+,\-./:;<=>?@^_`|}~\[]{1,64}")
_SYSTEM_FLAG = re.compile(r"\\(?:Seen|Flagged|Answered|Deleted|Draft)")
_SECTION = re.compile(r"[1-9]\d{0,3}(?:\.[1-9]\d{0,3}){0,100}")
_ATOM = re.compile(rb"[A-Za-z0-9_.+-]+")
UID_MAX = 0xFFFFFFFF


def text(value: str) -> str:
    """Refuses CR, LF, NUL and other control characters."""
    if _CONTROL.search(value):
        raise ForbiddenCharacter
    return value


def login(value: str) -> str:
    """A mailbox's login: no separator of a master login (`*`, `!`), no space."""
    if not _LOGIN.fullmatch(value):
        raise ForbiddenCharacter
    return value


def mailbox(name: str) -> bytes:
    """A folder name as an IMAP astring in modified UTF-7."""
    if not name or len(name) > 1000:
        raise InputRefused
    return quoted(encode(text(name)))


def quoted(value: bytes) -> bytes:
    """An ASCII string without CR, LF or NUL as a quoted string (or an atom)."""
    if any(c in value for c in b"\r\n\0"):
        raise ForbiddenCharacter
    # NIL is not a name but the absence of one
    if value.upper() != b"NIL" and _ATOM.fullmatch(value):
        return value
    return b'"' + value.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def string(value: str) -> bytes | None:
    """A search text as a quoted string; None when only a literal can carry it."""
    text(value)
    return quoted(value.encode()) if value.isascii() and len(value) <= 500 else None


def flag(value: str) -> bytes:
    if _SYSTEM_FLAG.fullmatch(value):
        return value.encode("ascii")
    return keyword(value)


def keyword(value: str) -> bytes:
    """A flag that no standard made (RFC 3501 flag-keyword)."""
    if not _KEYWORD.fullmatch(value):
        raise ForbiddenCharacter
    return value.encode("ascii")


def section(number: str) -> bytes:
    if not _SECTION.fullmatch(number):
        raise InputRefused
    return number.encode("ascii")


def day(value: date) -> bytes:
    """RFC 3501 `date`, whatever the language of this process."""
    return b"%d-%b-%04d" % (value.day, MONTHS[value.month - 1], value.year)


def moment(value: datetime) -> bytes:
    """RFC 3501 `date-time`; one without a zone is of UTC."""
    written = b"%2d-%b-%04d" % (value.day, MONTHS[value.month - 1], value.year)
    zone = value.strftime("%z")[:5] or "+0000"
    return b'"%b %b"' % (written, f"{value:%H:%M:%S} {zone}".encode())


def uid(value: int) -> int:
    # whatever the types promise: a text here would become a command
    if type(value) is not int or not 0 < value <= UID_MAX:
        raise InputRefused
    return value


def uid_set(uids: Iterable[int]) -> bytes:
    """A sequence set, runs joined (RFC 3501 sequence-set)."""
    if isinstance(uids, range) and uids.step == 1 and uids:
        # of a whole folder: never spelled out
        return b"%d:%d" % (uid(uids[0]), uid(uids[-1]))
    written = numbers.written(uid(number) for number in uids)
    if not written:
        raise InputRefused
    return written.encode()
