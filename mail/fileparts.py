"""Files as parts of a message that leaves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from urllib.parse import quote

from mail import bulk, sevenbit
from mail.mime import file_name

_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+_-]{1,60}")
_CHARSET = re.compile(r"[A-Za-z0-9._-]{1,40}")
_METHOD = re.compile(r"[A-Za-z0-9-]{1,40}")
_SIMPLE = re.compile(r"[A-Za-z0-9 ._+-]{1,60}")
_UNKNOWN = "application/octet-stream"
_LETTER = "message/rfc822"
_WORD_MAX = 60


@dataclass(frozen=True, slots=True)
class File:
    """Something attached: decoded content; `charset` is what a text was said to be
    in, `method` what an invitation asks for (RFC 6047 §2.4)."""

    name: str
    type: str
    data: bytes
    charset: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class Inline:
    """A picture that the HTML of a message shows as `cid:` and this (RFC 2392)."""

    content_id: str
    file: File


def attachment(file: File, places: bulk.Places | None = None) -> MIMEBase:
    """A part that arrives octet for octet as it was given, but for a message, which has
    the same content in lines of ASCII (mail/sevenbit.py); a large one is only put into
    its place at the end."""
    name = file_name(file.name) or "fichier"
    letter = sevenbit.made(file.data) if file.type.lower() == _LETTER else None
    part = MIMEBase(*_type(file, letter).split("/", 1), name=_word(name))
    if letter is not None:
        part.set_payload(letter.decode("ascii"))
    else:
        _fill(part, file, places)
    part["Content-Disposition"] = f"attachment; {_parameter('filename', name)}"
    return part


def _fill(part: MIMEBase, file: File, places: bulk.Places | None) -> None:
    if part.get_content_maintype() == "text" and (charset := _charset(file)):
        part.set_param("charset", charset)
    if part.get_content_type() == "text/calendar" and _METHOD.fullmatch(file.method):
        part.set_param("method", file.method)
    if places and len(file.data) > bulk.LARGE:
        part.set_payload(places.hold(file.data))
        part["Content-Transfer-Encoding"] = "base64"
    else:
        part.set_payload(file.data)
        encode_base64(part)


def inline(picture: Inline) -> MIMEBase:
    part = attachment(picture.file)
    told = str(part["Content-Disposition"]).replace("attachment", "inline", 1)
    part.replace_header("Content-Disposition", told)
    part["Content-ID"] = f"<{picture.content_id}>"
    return part


def _type(file: File, letter: bytes | None) -> str:
    kind = file.type.lower()
    if letter is not None:
        return _LETTER
    if not _TYPE.fullmatch(kind) or kind.startswith(("multipart/", "message/")):
        return _UNKNOWN
    return kind


def _charset(file: File) -> str:
    try:
        return "utf-8" if file.data.decode("utf-8") else ""
    except UnicodeDecodeError:
        return file.charset if _CHARSET.fullmatch(file.charset) else ""


def _word(name: str) -> str:
    """For readers that know no RFC 2231, among them scanners: RFC 2047 has no word in a
    parameter, and everybody writes and reads it."""
    if _SIMPLE.fullmatch(name):
        return name
    return " ".join(Header(name, "utf-8").encode(maxlinelen=_WORD_MAX).split())


def _parameter(name: str, value: str) -> str:
    """A MIME parameter (RFC 2231): in pieces when it is long or not plain ASCII."""
    if _SIMPLE.fullmatch(value):
        return f'{name}="{value}"'
    encoded = re.findall(r"(?:%..|.){1,50}", quote(value, safe=""))
    if len(encoded) == 1:
        return f"{name}*=utf-8''{encoded[0]}"
    encoded[0] = f"utf-8''{encoded[0]}"
    return "; ".join(f"{name}*{n}*={piece}" for n, piece in enumerate(encoded))
