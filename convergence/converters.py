"""Path converters: typed pieces of URLs, so that views never parse."""

from __future__ import annotations

import re

from django.urls import register_converter

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")


class FolderConverter:
    """An IMAP folder name in one path segment, escaped as in RFC 6901 (~0, ~1). The
    inbox has one name, however it is written (RFC 3501 §5.1)."""

    regex = r"[^/]+"

    def to_python(self, value: str) -> str:
        if _FORBIDDEN.search(value) or len(value) > 1000:
            raise ValueError("control character")
        if value.lower() == "inbox":
            return "INBOX"
        return value.replace("~1", "/").replace("~0", "~")

    def to_url(self, value: str) -> str:
        return value.replace("~", "~0").replace("/", "~1")


class AddressConverter:
    """A mailbox address: a dot-atom (RFC 5322 §3.2.3), but for the slash, which would
    be another segment."""

    regex = r"[A-Za-z0-9.!#$%&'*+=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class UidConverter:
    """An IMAP unique identifier (RFC 3501: a non-zero 32-bit number)."""

    regex = r"[1-9][0-9]{0,9}"

    def to_python(self, value: str) -> int:
        uid = int(value)
        if uid > 0xFFFFFFFF:
            raise ValueError("beyond 32 bits")
        return uid

    def to_url(self, value: int) -> str:
        return str(value)


class PartConverter:
    """A MIME part number (RFC 3501 section-part), such as 1.2.1."""

    regex = r"[1-9][0-9]{0,3}(?:\.[1-9][0-9]{0,3}){0,100}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class PieceConverter(PartConverter):
    """A part, or a file in a part that holds several: 2.1, 2.1-3."""

    regex = PartConverter.regex + r"(?:-[1-9][0-9]{0,3})?"


def register() -> None:
    register_converter(FolderConverter, "folder")
    register_converter(AddressConverter, "address")
    register_converter(UidConverter, "uid")
    register_converter(PartConverter, "part")
    register_converter(PieceConverter, "piece")
