"""What our own mail server found out about a sender (RFC 8601).

Only fields of the server that the administrator names are read, and of those the
topmost: anybody can write the others into a mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mail.messages import Header

RESULTS_MAX = 50
Verdict = Literal["passed", "failed", "unknown"]

# RFC 5322 §3.2: quotation marks mean nothing in a comment
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)\\?(?:"|$)|\\.?|[()]|[^"\\()]+', re.DOTALL)
_IN_COMMENT = re.compile(r"\\.?|[()]|[^\\()]+", re.DOTALL)
_MEANING = re.compile(r"[^\w.@+-]")
_RESULT = re.compile(r"\s*([a-z0-9-]{1,40})\s*(?:/\s*\d+\s*)?=\s*([a-z]{1,20})\b", re.I)
_PROPERTY = re.compile(
    r"([a-z]{1,20}\.[a-z0-9_-]{1,40})\s*=\s*\"?([^\s\";]{1,320})", re.I
)
_FAILED = {"spf": {"fail"}, "dkim": {"fail", "permerror"}, "dmarc": {"fail"}}
_DOMAIN_OF = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom", "smtp.helo")}


@dataclass(frozen=True, slots=True)
class Result:
    """One method (`spf`, `dkim`, `dmarc`…), its result and what it is about."""

    method: str
    result: str
    properties: tuple[tuple[str, str], ...] = ()

    @property
    def domain(self) -> str:
        """The domain that the method vouches for."""
        known = dict(self.properties)
        names = _DOMAIN_OF.get(self.method, ())
        value = next((known[name] for name in names if name in known), "")
        return value.rpartition("@")[2].lower().rstrip(".")


def results(header: Header, server: str) -> tuple[Result, ...]:
    """What `server` (its authserv-id) says in its topmost field; () without one."""
    if not server:
        return ()
    for value in header.every("authentication-results"):
        name, *told = _bare(value).split(";")
        if name.split() and name.split()[0].lower() == server.lower():
            return tuple(_results(told))
    return ()


def _bare(value: str) -> str:
    """`value` without its comments, and with quoted strings in which nothing can be
    taken for a separator: senders have a say in both."""
    kept, at, depth = [], 0, 0
    while match := (_IN_COMMENT if depth else _TOKEN).match(value, at):
        piece, at = match[0], match.end()
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
            kept.append(" ")
        elif not depth:
            kept.append(_MEANING.sub("_", match[1]) if piece[0] == '"' else piece)
    return "".join(kept)


def _results(told: list[str]) -> Iterator[Result]:
    for piece in told[:RESULTS_MAX]:
        if match := _RESULT.match(piece):
            found = _PROPERTY.findall(piece)
            pairs = tuple((name.lower(), value) for name, value in found)
            yield Result(match[1].lower(), match[2].lower(), pairs)


def verdict(header: Header, server: str) -> Verdict:
    """Whether the address in From is who sent it: DMARC has the last word; without it
    a signature or a path of the same domain counts."""
    found = results(header, server)
    dmarc = [result.result for result in found if result.method == "dmarc"]
    if dmarc:
        return {"pass": "passed", "fail": "failed"}.get(
            dmarc[0], _verdict(header, found)
        )  # type: ignore[return-value]
    return _verdict(header, found)


def _verdict(header: Header, found: tuple[Result, ...]) -> Verdict:
    domain = header.sender.email.rpartition("@")[2].lower()
    if any(r.result == "pass" and _aligned(r.domain, domain) for r in found):
        return "passed"
    failed = any(r.result in _FAILED.get(r.method, ()) for r in found)
    return "failed" if failed else "unknown"


def _aligned(one: str, other: str) -> bool:
    """The same domain, or one below the other (RFC 7489 §3.1, relaxed). One label
    alone is nobody's domain."""
    if "." not in one or "." not in other:
        return False
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def signs(header: Header, server: str, *names: str) -> bool:
    """Whether a signature that our server found good may cover all these fields. Which
    signature it was is told by its domain."""
    good = {r.domain for r in results(header, server) if (r.method, r.result) == _GOOD}
    for signature in header.every("dkim-signature"):
        tags = dict(_tags(signature))
        covered = tags.get("h", "").lower().replace(" ", "").split(":")
        if tags.get("d", "").lower() in good and set(names) <= set(covered):
            return True
    return False


_GOOD = ("dkim", "pass")


def _tags(signature: str) -> Iterator[tuple[str, str]]:
    for piece in signature.split(";"):
        name, equals, value = piece.partition("=")
        if equals:
            yield name.strip().lower(), value.strip()
