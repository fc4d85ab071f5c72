"""Mail of lists: which list, and how to leave it (RFC 2369, RFC 2919, RFC 8058)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from mail import authentication, recipients
from mail.messages import Header

URLS_MAX = 10
URL_MAX = 2_000
SUBJECT_MAX = 200

_ANGLED = re.compile(r"<([^<>]{1,2000})>")
_ONE_CLICK = re.compile(r"\s*List-Unsubscribe\s*=\s*One-Click\s*", re.IGNORECASE)
_SENT_TO_MANY = {"bulk", "list", "junk"}


@dataclass(frozen=True, slots=True)
class Letter:
    """The message that a mailto address asks for (RFC 6068)."""

    to: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class MailingList:
    """`name` is the list's own identifier. Of the ways to leave it: `one_click` is
    asked by our server, `letter` is sent by the person, `page` is opened by them; each
    may be absent."""

    name: str = ""
    one_click: str = ""
    letter: Letter | None = None
    page: str = ""

    @property
    def host(self) -> str:
        """Whose page it is, for the eyes."""
        return urlsplit(self.page).hostname or ""


def of(header: Header, server: str, own: str) -> MailingList | None:
    """The list that a message came by, None when it came by none. One click is only
    offered where a good signature covers the fields (RFC 8058 §4): anybody could write
    the address of a stranger's server into a mail. Nor does a letter go to a person of
    `own`, the institution's domain."""
    name = _name(header.other("list-id"))
    urls = _ANGLED.findall(header.other("list-unsubscribe"))[:URLS_MAX]
    if not name and not urls:
        return None
    pages = [url for url in urls if _is_secure(url)]
    letters = [found for url in urls if (found := _letter(url, own)) is not None]
    page = pages[0] if pages else ""
    return MailingList(
        name=name,
        one_click=page if page and _offers_one_click(header, server) else "",
        letter=letters[0] if letters else None,
        page=page,
    )


def _name(value: str) -> str:
    """«Title <id>»: the title if there is one."""
    title, angle, rest = value.partition("<")
    return (title.strip().strip('"') or (rest.partition(">")[0] if angle else ""))[:200]


def _is_secure(url: str) -> bool:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and len(url) <= URL_MAX


def _offers_one_click(header: Header, server: str) -> bool:
    if not _ONE_CLICK.fullmatch(header.other("list-unsubscribe-post")):
        return False
    covered = ("list-unsubscribe", "list-unsubscribe-post")
    return authentication.signs(header, server, *covered)


def _letter(url: str, own: str) -> Letter | None:
    """Only the command of it: words that a sender puts into somebody's mouth are not
    sent."""
    scheme, colon, rest = url.strip().partition(":")
    if scheme.lower() != "mailto" or not colon:
        return None
    to, _mark, query = rest.partition("?")
    address = recipients.normal(unquote(to))
    if address is None or address.rpartition("@")[2].lower() == own.lower():
        return None
    try:
        fields = parse_qs(query.replace("+", "%2B"), max_num_fields=10)
    except ValueError:
        fields = {}
    asked = {
        name.lower(): " ".join(values[0].split()) for name, values in fields.items()
    }
    return Letter(address, asked.get("subject", "")[:SUBJECT_MAX])


def is_sent_to_many(header: Header) -> bool:
    """Mail of lists and of machines, which nobody answers for the other."""
    automatic = header.other("auto-submitted").partition(";")[0].strip().lower()
    precedence = header.other("precedence").strip().lower()
    is_list = bool(header.other("list-id") or header.other("list-unsubscribe"))
    return is_list or precedence in _SENT_TO_MANY or automatic not in {"", "no"}
