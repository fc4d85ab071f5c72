"""The last pass over sanitised HTML: the addresses of pictures and links, style values.

It reads what nh3 has written and nothing else: there every `<` begins a tag, every
value stands between double quotes, and `<`, `>` and `"` never stand in one, so that a
tag can be cut exactly. It is not an `attribute_filter` of nh3: that takes the
interpreter's lock back for each attribute, and one message then waits seconds for the
other threads of a busy process.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

Rewrite = Callable[[str], str | None]

# a tag with an address (that of most links is seen at once), or with a character that
# each refused style needs
_TAG = re.compile(
    r"<(?:img [^<>]*+|a (?!href=\"https?://)[^<>]*+"
    r"|[a-z][a-z0-9]*+ [^<>(\\@]*+[(\\@][^<>]*+)>"
)
_REWRITTEN = (" src=", " href=", " style=")
_STYLE_REFUSED = re.compile(
    r"url\s*\(|image-set|expression|@|\\|src\s*\(|attr\s*\(|var\s*\(|element\s*\(",
    re.IGNORECASE,
)
# of such a style what is beyond doubt is kept; splitting at every `;` may only lose
_PLAIN_STYLE = re.compile(
    r"\s*[a-z-]+\s*:(?:[^\"'()\\@:]|rgba?\([\d\s,.%]*\))*", re.IGNORECASE | re.ASCII
)
_DATA_IMAGE = re.compile(
    r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z"
)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_ANY_PICTURE = re.compile(r"<ima?ge?\b", re.IGNORECASE | re.ASCII)
_REMOTE_PICTURE = re.compile(
    r"<ima?ge?\b[^<>]*?\ssrc\s*=\s*[\"']?\s*https?://", re.IGNORECASE | re.ASCII
)


def asks_pictures(html: str) -> bool | None:
    """Whether foreign HTML has remote pictures, at a glance; None: not to be said
    before it is cleaned."""
    if _REMOTE_PICTURE.search(html):
        return True
    return None if _ANY_PICTURE.search(html) else False


class Rewriter:
    """Addresses rewritten, dangerous style dropped. `cid` gives the URL of an inline
    part, `remote` that of a remote picture; None: the attribute goes. `blocked` counts
    the remote pictures that went."""

    def __init__(self, cid: Rewrite, remote: Rewrite) -> None:
        self.cid = cid
        self.remote = remote
        self.blocked = 0

    def rewritten(self, sanitised: str) -> str:
        """`sanitised` as nh3 wrote it."""
        return _TAG.sub(self._tag, sanitised)

    def _tag(self, tag: re.Match[str]) -> str:
        # the pieces are name, value, name, value … and the end
        pieces = tag[0].split('"')
        written = []
        for name, value in zip(pieces[::2], pieces[1::2], strict=False):
            if name.endswith(_REWRITTEN):
                written.append(self._attribute(name, value))
            else:
                written.append(f'{name}"{value}"')
        return "".join(written) + pieces[-1]

    def _attribute(self, name: str, written: str) -> str:
        value = unescape(written)
        kept = self._value(name, value)
        if kept is None:
            return name.rpartition(" ")[0]
        return f'{name}"{written if kept == value else escape(kept)}"'

    def _value(self, name: str, value: str) -> str | None:
        if name.endswith(" src="):
            return self._picture(value.strip())
        if name.endswith(" href="):
            return value if _LINK.match(value.strip()) else None
        return _without_doubt(value) if _is_refused(value) else value

    def _picture(self, value: str) -> str | None:
        scheme = value[:8].lower()
        if scheme.startswith("cid:"):
            return self.cid(value[4:])
        if scheme.startswith("data:"):
            return value if _DATA_IMAGE.match(value) else None
        if scheme.startswith(("http://", "https://")):
            address = self.remote(value)
            self.blocked += address is None
            return address
        return None


def _is_refused(style: str) -> bool:
    # cheap first: all that is refused needs one of these characters
    if "(" not in style and "\\" not in style and "@" not in style:
        return False
    return bool(_STYLE_REFUSED.search(style))


def _without_doubt(style: str) -> str | None:
    kept = [d for d in style.split(";") if _PLAIN_STYLE.fullmatch(d)]
    return ";".join(kept) or None
