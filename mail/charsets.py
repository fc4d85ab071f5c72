"""Bytes of mail to text, whatever the sender declared.

Order: the declared character set, strict UTF-8, chardet on longer
text, cp1252. Only real character sets: Python's codecs "zlib", "idna" or
"unicode_escape" are not taken for one.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

import chardet

_NAME = re.compile(
    r"(?:utf[-_]?(?:7|8|16|16le|16be|32)|us[-_]?ascii|ascii|iso[-_]?8859[-_]?\d+|"
    r"latin[-_]?\d|windows[-_]?\d+|cp\d+|koi8[-_]?[ru]|mac[-_]?(?:roman|cyrillic)|"
    r"gb2312|gbk|gb18030|big5(?:[-_]?hkscs)?|shift[-_]?jis|sjis|euc[-_]?(?:jp|kr)|"
    r"iso[-_]?2022[-_]?(?:jp|kr)|ks_c_5601[-_]?1987|tis[-_]?620)",
    re.IGNORECASE | re.ASCII,
)
_ALIASES = {
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "ansi_x3.4-1968": "ascii",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-sjis": "shift_jis",
    "windows-31j": "cp932",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-1-windows-1252": "cp1252",
}
# the Encoding standard: what declares itself latin-1 is cp1252 in practice, and so on
_WIDER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis_620": "cp874",
}
_SINGLE = re.compile(r"cp125\d|iso8859-\d+|koi8-[ru]|mac-(?:roman|cyrillic)|cp874")
_GUESS_FROM, _GUESS_ON = 40, 20_000
# a long text may have been cut in the middle of a character
_CUT_FROM = 65_536
# halves of characters beyond the BMP: UTF-7 lets them stand alone, no answer can
_ALONE = re.compile("[\ud800-\udfff]")

# what a reader may choose instead of what a sender declared; "double" mends text that
# was taken for latin-1 on its way and encoded again
CHOICES = (
    "double utf-8 windows-1252 iso-8859-15 windows-1250 windows-1251 koi8-r "
    "windows-1253 windows-1254 windows-1255 windows-1256 gb18030 big5 iso-2022-jp "
    "shift_jis euc-kr"
).split()


@lru_cache(maxsize=256)
def codec_of(name: str) -> str:
    """The Python codec of a declared character set, "" when it is not one."""
    name = name[:60].strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    if not _NAME.fullmatch(name):
        return ""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return ""
    return _WIDER.get(found, found)


def decode(data: bytes, declared: str = "") -> str:
    """The text; never raises. NUL characters are dropped."""
    if data.isascii() and b"\0" not in data and b"\x1b" not in data:
        codec = codec_of(declared) if declared else ""
        if not codec.startswith(("utf-7", "utf-16", "utf-32", "iso2022", "cp")):
            return data.decode("ascii")
    text = _decode(data, codec_of(declared[:60]) if declared else "")
    return _ALONE.sub("\ufffd", text.replace("\0", ""))


def _decode(data: bytes, codec: str) -> str:
    # text that holds UTF-8 is UTF-8, even when it says latin-1
    if not codec or codec == "utf-8" or _SINGLE.fullmatch(codec):
        if (text := _utf8(data)) is not None:
            return text
        return data.decode(
            codec if codec not in {"", "utf-8"} else _guess(data), "replace"
        )
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, ValueError):
        return _utf8(data) or data.decode(codec, "replace")


def _utf8(data: bytes) -> str | None:
    """The text when it is UTF-8; a few broken characters in much of it may be."""
    try:
        text, _used = codecs.utf_8_decode(data, "strict", len(data) < _CUT_FROM)
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        # what is not ASCII, without building a second text
        good = len(text.encode()) - len(text) - 2 * broken
        return text if good > 20 * broken else None
    return text


def _guess(data: bytes) -> str:
    if len(data) < _GUESS_FROM:
        return "cp1252"
    found = chardet.detect(data[:_GUESS_ON])
    name = codec_of(str(found["encoding"] or ""))
    return name if name and (found["confidence"] or 0) > 0.8 else "cp1252"


def read(data: bytes, declared: str = "", chosen: str = "") -> str:
    """The text of a body: as `chosen` by the reader, else as declared, and mended where
    it was encoded twice beyond doubt."""
    if chosen in CHOICES and chosen != "double":
        text = data.decode(codec_of(chosen), "replace")
        return _ALONE.sub("\ufffd", text.replace("\0", ""))
    text = decode(data, declared)
    if text.isascii() or not (chosen or _was_doubled(text)):
        return text
    return mended(text)


def _characters(first: int, last: int) -> str:
    """What these octets are in cp1252 or, where it has none, in latin-1."""
    octets = [bytes([octet]) for octet in range(first, last + 1)]
    return "".join(dict.fromkeys(o.decode(c, "ignore") for o in octets for c in _BOTH))


_BOTH = ("cp1252", "latin-1")
_FOLLOWING = re.escape("".join(_characters(0x80, 0xBF)))
_DOUBLED = re.compile(
    rf"[\u00c2-\u00df][{_FOLLOWING}]|[\u00e0-\u00ef][{_FOLLOWING}]{{2}}"
    rf"|[\u00f0-\u00f4][{_FOLLOWING}]{{3}}"
)
_ACCENTED = re.compile("[\u00c0-\u024f]")


def _was_doubled(text: str) -> bool:
    """Several such pairs, and not one accent that is right."""
    rest, count = _DOUBLED.subn("", text)
    return count >= 2 and not _ACCENTED.search(rest)


def mended(text: str) -> str:
    """«Ã©» as «é», wherever that is possible."""
    return _DOUBLED.sub(_undoubled, text)


def _undoubled(match: re.Match[str]) -> str:
    octets = b"".join(_octet(character) for character in match[0])
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _octet(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")
