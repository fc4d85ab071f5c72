"""The files in a winmail.dat (Microsoft's TNEF), read within bounds.

A stream is a signature, then attributes: level, tag, length, content, check sum. Those
of level 2 describe attached files, one after the other. What is broken ends the
reading; what was read before counts. Nothing in it is run, and no object is opened
but a message in a message, a few levels deep.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from mail import charsets, rtf
from mail.mime import file_name

SIGNATURE = 0x223E9F78
FILES_MAX = 200
ATTRIBUTES_MAX = 20_000
PROPERTIES_MAX = 4_000
LEVELS_MAX = 3

_MESSAGE, _ATTACHMENT = 1, 2
_BEGINS_FILE = 0x9002
_FILE_DATA = 0x800F
_FILE_TITLE = 0x8010
_FILE_PROPERTIES = 0x9005
_PROPERTIES = 0x9003
_BODY = 0x800C
_CODE_PAGE = 0x9007
_DISPLAY_NAME = 0x3001
_LONG_NAME, _NAME, _TYPE, _OBJECT = 0x3707, 0x3704, 0x370E, 0x3701
_TEXT, _RTF, _HTML = 0x1000, 0x1009, 0x1013
_MESSAGE_CLASS = bytes.fromhex("0703020000000000c000000000000046")
# octets of the types of MAPI that have a fixed length, padded to four
_FIXED = {
    0x0002: 4,
    0x0003: 4,
    0x0004: 4,
    0x000A: 4,
    0x000B: 4,
    0x0005: 8,
    0x0006: 8,
    0x0007: 8,
    0x0014: 8,
    0x0040: 8,
    0x0048: 16,
}
_VARIABLE = frozenset({0x001E, 0x001F, 0x0102, 0x000D})
_SEVERAL = 0x1000


@dataclass(frozen=True, slots=True)
class File:
    """`name` is safe and never empty; `type` is what the sender says, or ""."""

    name: str
    type: str
    data: bytes


@dataclass
class _Open:
    """The file that is being described."""

    title: str = ""
    shown: str = ""
    name: str = ""
    type: str = ""
    data: bytes = b""
    inner: bytes = b""


@dataclass
class _Found:
    """What all levels give together; `room`: octets of RTF that may still be unfolded,
    which takes a second for some megabytes."""

    files: list[File] = field(default_factory=list)
    room: int = rtf.SIZE_MAX

    def unfolded(self, data: bytes) -> bytes:
        found = rtf.decompressed(data, self.room)
        self.room -= len(found)
        return found


@dataclass
class _Stream:
    """`name` is how the text of the message is called as a file."""

    level: int
    found: _Found
    name: str = "message"
    code_page: str = "cp1252"
    bodies: dict[str, bytes] = field(default_factory=dict)
    current: _Open | None = None

    def take(self, level: int, tag: int, content: bytes) -> None:
        if tag == _CODE_PAGE and len(content) >= 4:
            self.code_page = f"cp{int.from_bytes(content[:4], 'little')}"
        elif tag == _BEGINS_FILE:
            self.finish()
            self.current = _Open()
        elif level == _ATTACHMENT and self.current is not None:
            self._describe(self.current, tag, content)
        elif tag == _PROPERTIES:
            self._bodies(content)
        elif tag == _BODY and content.strip(b"\0"):
            self.bodies.setdefault("text", content.rstrip(b"\0"))

    def _describe(self, current: _Open, tag: int, content: bytes) -> None:
        if tag == _FILE_TITLE:
            current.title = self._words(content)
        elif tag == _FILE_DATA:
            current.data = content
        elif tag == _FILE_PROPERTIES:
            for name, kind, value in _properties(content):
                if name in {_LONG_NAME, _NAME} and (
                    name == _LONG_NAME or not current.name
                ):
                    current.name = self._text(kind, value)
                elif name == _TYPE:
                    current.type = self._text(kind, value).lower()[:100]
                elif name == _OBJECT:
                    current.inner = value
                elif name == _DISPLAY_NAME:
                    current.shown = self._text(kind, value)

    def _bodies(self, content: bytes) -> None:
        for name, kind, value in _properties(content):
            if name == _HTML:
                self.bodies["html"] = value
            elif name == _RTF:
                self.bodies["rtf"] = value
            elif name == _TEXT:
                self.bodies["text"] = self._text(kind, value).encode()

    def _text(self, kind: int, value: bytes) -> str:
        if kind == 0x001F:
            return value.decode("utf-16-le", "replace").rstrip("\0")
        return self._words(value)

    def _words(self, value: bytes) -> str:
        return charsets.decode(value.split(b"\0")[0], self.code_page)

    def finish(self) -> None:
        current, self.current = self.current, None
        files = self.found.files
        if current is None or len(files) >= FILES_MAX:
            return
        if current.inner.startswith(_MESSAGE_CLASS):
            # its content is only a placeholder
            if self.level < LEVELS_MAX:
                _read(current.inner[16:], self.level + 1, self.found, current.shown)
            return
        name = file_name(current.name or current.title or current.shown)
        files.append(
            File(
                name or f"piece-{len(files) + 1}",
                current.type,
                current.data or current.inner[16:],
            )
        )

    def end(self) -> None:
        """The text comes last: often the mail around it has the same."""
        self.finish()
        endings = {"html": "text/html", "rtf": "application/rtf", "text": "text/plain"}
        for ending, kind in endings.items():
            if data := self._body(ending):
                name = f"{self.name}.{'txt' if ending == 'text' else ending}"
                self.found.files.append(File(file_name(name), kind, data))
                return

    def _body(self, ending: str) -> bytes:
        data = self.bodies.get(ending, b"")
        return self.found.unfolded(data) if ending == "rtf" else data


def files(data: bytes) -> tuple[File, ...]:
    """The files and the text of a TNEF stream; what is none has none."""
    found = _Found()
    _read(data, 1, found)
    return tuple(found.files[:FILES_MAX])


def _read(data: bytes, level: int, found: _Found, name: str = "") -> None:
    if int.from_bytes(data[:4], "little") != SIGNATURE:
        return
    stream = _Stream(level, found, name[:100] or "message")
    for attribute in _attributes(data):
        stream.take(*attribute)
    stream.end()


def _attributes(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(level, tag, content) of each attribute, up to the first that is broken."""
    at = 6
    for _count in range(ATTRIBUTES_MAX):
        if at + 9 > len(data) or data[at] not in {_MESSAGE, _ATTACHMENT}:
            return
        tag, _kind, length = struct.unpack_from("<HHI", data, at + 1)
        content = data[at + 9 : at + 9 + length]
        yield data[at], tag, content
        if len(content) < length:
            return
        at += 11 + length


class _Reader:
    """Numbers and octets of a property list; beyond its end there is ValueError."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def number(self, octets: int) -> int:
        return int.from_bytes(self.octets(octets), "little")

    def octets(self, count: int) -> bytes:
        found = self.data[self.at : self.at + count]
        if len(found) < count:
            raise ValueError("ends too early")
        self.at += count
        return found

    def padded(self, count: int) -> bytes:
        found = self.octets(count)
        self.at += -count % 4
        return found


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(name, type, first value) of each property of a MAPI list."""
    reader = _Reader(data)
    try:
        for _count in range(min(reader.number(4), PROPERTIES_MAX)):
            kind, name = reader.number(2), reader.number(2)
            if name >= 0x8000:
                _skip_name(reader)
            several = bool(kind & _SEVERAL)
            values = _values(reader, kind & ~_SEVERAL, several=several)
            yield name, kind & ~_SEVERAL, values
    except ValueError:
        return


def _skip_name(reader: _Reader) -> None:
    reader.octets(16)
    if reader.number(4) == 0:
        reader.octets(4)
    else:
        reader.padded(reader.number(4))


def _values(reader: _Reader, kind: int, *, several: bool) -> bytes:
    if kind in _VARIABLE:
        count = reader.number(4)
        first = b""
        for index in range(min(count, PROPERTIES_MAX)):
            value = reader.padded(reader.number(4))
            first = value if index == 0 else first
        return first
    if kind not in _FIXED:
        raise ValueError("unknown type")
    count = reader.number(4) if several else 1
    return reader.octets(_FIXED[kind] * min(count, PROPERTIES_MAX))
