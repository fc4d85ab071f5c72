"""Bytes of mail to text, whatever the sender declared.

Order (libraries.md §5): the declared character set, strict UTF-8, chardet on longer
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
    r"macintosh|gb2312|gbk|gb18030|big5(?:[-_]?hkscs)?|shift[-_]?jis|sjis|euc[-_]?"
    r"(?:jp|kr)|iso[-_]?2022[-_]?jp|ks_c_5601[-_]?1987|tis[-_]?620)",
    re.IGNORECASE,
)
_ALIASES = {"macintosh": "mac_roman", "x-unknown": "", "unknown-8bit": ""}
# HTML5: what declares itself latin-1 is cp1252 in practice
_WIDER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
_GUESS_FROM = 40


@lru_cache(maxsize=256)
def codec_of(name: str) -> str:
    """The Python codec of a declared character set, "" when it is not one."""
    name = name.strip().strip("\"'").lower()
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
    return _decode(data, codec_of(declared) if declared else "").replace("\0", "")


def _decode(data: bytes, codec: str) -> str:
    for candidate in ((codec,) if codec else ()) + ("utf-8",):
        # text that holds UTF-8 is UTF-8, even when it says latin-1
        try:
            if codec == "cp1252":
                return data.decode("utf-8")
            return data.decode(candidate)
        except (UnicodeDecodeError, ValueError):
            continue
    if codec and codec != "cp1252":
        return data.decode(codec, "replace")
    return data.decode(codec or _guess(data), "replace")


def _guess(data: bytes) -> str:
    if len(data) < _GUESS_FROM:
        return "cp1252"
    found = chardet.detect(data[:20_000])
    name = codec_of(str(found["encoding"] or ""))
    return name if name and (found["confidence"] or 0) > 0.8 else "cp1252"
