"""Links whose text names another host than they lead to: the real one is written after
them. Browsers tell the others where they lead, on hover and on focus."""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import urlsplit

from mail import impersonation

TEXT_MAX = 400
LINKS_MAX = 2_000
# of which two labels say whose they are; of `gouv.fr` and the like, three
_SHARED = frozenset("ac asso co com edu gouv gov net org".split())

# what the sanitiser has written (mail/rewriting.py): links are never inside each other
_LINK = re.compile(
    rf'<a [^<>]*?href="(https?://[^"]*)"[^<>]*>((?:[^<]|<(?!/a>)){{1,{TEXT_MAX}}})</a>'
)
_TAG = re.compile(r"<[^<>]*>")
_HOST = re.compile(
    r"\s*(?:https?://)?(?:[^\s/@]*@)?((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?=[/:?#\s]|$)",
    re.IGNORECASE,
)


def told(html: str) -> str:
    """`html` as the last pass over it wrote it."""
    return _LINK.sub(_with_target, html, LINKS_MAX)


def _with_target(link: re.Match[str]) -> str:
    text = unescape(_TAG.sub("", link[2]))
    named = _HOST.match(text)
    if named is None:
        return link[0]
    host = _host(unescape(link[1]))
    if _owner(named[1].lower()) == _owner(host):
        return link[0]
    return f'{link[0]} <span class="real-target">(→ {escape(_shown(host))})</span>'


def _shown(host: str) -> str:
    """As machines read it and, where that is another, as people do: the second alone
    may look like the name in the text."""
    forms = (impersonation.punycoded(host), impersonation.unpunycoded(host))
    return " · ".join(dict.fromkeys(forms)) or "?"


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _owner(host: str) -> str:
    labels = host.split(".")
    count = 3 if len(labels) > 2 and labels[-2] in _SHARED else 2
    return ".".join(labels[-count:])
