"""Hostile messages: our own, those beside the repository, and floods made here."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests import letters

SHARED = letters.SHARED / "attacks"
CLASSES = (
    "xss-html",
    "xss-svg-math",
    "mxss",
    "css",
    "remote-leak",
    "xss-plaintext",
    "header-xss",
    "attachment",
    "spoofing",
    "crypto",
    "ssrf",
)
_HEAD = (
    b"From: a@exterieur.test\r\nTo: b@ac-poitiers.test\r\nSubject: Flot\r\n"
    b"Date: Mon, 02 Mar 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\n"
)


def displayed(kind: str) -> list[Path]:
    """The messages of a class, ours first."""
    shared = SHARED / kind
    found = sorted(shared.glob("*.eml")) if shared.exists() else []
    return [*letters.own(f"hostile/{kind}"), *found]


def files(*kinds: str) -> list[Path]:
    """The payloads beside the repository that are calendars or cards."""
    found = (path for kind in kinds for path in (SHARED / kind).glob("*.*"))
    return sorted(path for path in found if path.suffix in {".ics", ".vcf"})


def addresses() -> list[str]:
    """Where the messages of the class ssrf, and the list beside them, point to."""
    messages = [path.read_text("utf-8") for path in displayed("ssrf")]
    found = [url for text in messages for url in re.findall(r'src="([^"]*)"', text)]
    for path in SHARED.glob("ssrf/*url-list.txt"):
        found += path.read_text("utf-8").splitlines()
    return list(dict.fromkeys(found))


def nested(levels: int) -> bytes:
    parts = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(levels)
    )
    return _HEAD + parts + b"Content-Type: text/plain\r\n\r\nfond\r\n"


def parts(count: int) -> bytes:
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    return _HEAD + head + b"--b\r\n\r\nx\r\n" * count + b"--b--\r\n"


def html(body: str) -> bytes:
    return _HEAD + b"Content-Type: text/html\r\n\r\n" + body.encode() + b"\r\n"


def header(line: bytes) -> bytes:
    return line + b"\r\n" + _HEAD + b"\r\nx\r\n"


FLOODS: dict[str, Callable[[], bytes]] = {
    "1,000 nested parts": lambda: nested(1_000),
    "10,000 parts": lambda: parts(10_000),
    "20,000 recipients": lambda: header(
        b"Cc: " + b",\r\n ".join(b"Nom %d <u%d@x.test>" % (n, n) for n in range(20_000))
    ),
    "1 MB subject": lambda: header(b"Subject: =?utf-8?B?" + b"w6k=" * 262_144 + b"?="),
    "50,000 headers": lambda: header(b"\r\n".join([b"X-A: b"] * 50_000)),
    "20,000 nested divs": lambda: html("<div>" * 20_000 + "fond"),
    "reopened formatting": lambda: html(
        "".join(f"<font color={n}>" for n in range(900)) + "<p>x" * 20_000
    ),
    "300,000 attributes": lambda: html(
        "<p " + " ".join(f"a{n}" for n in range(300_000)) + ">fond"
    ),
    "rules × elements": lambda: html(
        "<style>"
        + "* * * b{color:red}" * 5_000
        + "</style>"
        + "<p>x<b>y</b></p>" * 9_000
    ),
    "2,000 properties": lambda: html(
        "<style>p{" + "".join(f"--a{n}:1;" for n in range(2_000)) + "}</style>"
        "" + "<p>x</p>" * 5_000
    ),
    "quotation marks": lambda: _HEAD + b"\r\n" + b">" * 600_000 + b"\r\n",
}
