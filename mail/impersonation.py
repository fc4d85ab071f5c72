"""Senders who pass for somebody else: what can be seen in their name and address.

Who among the colleagues has the name of a sender is the directory's to say
(mail/views/senders.py); here is what costs nothing.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from convergence.comparing import folded
from mail.headers import UNSAFE
from mail.messages import Address

Kind = Literal["", "name", "lookalike", "scripts"]
CLOSE_FROM = 8

_IN_NAME = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
# letters that look like others, to the letter that people read (Unicode TS 39, the
# part that domain names can hold)
_LOOKS = {
    "a": "аɑα",
    "b": "ьβв",
    "c": "сϲ",
    "d": "ԁ",
    "e": "еєҽε",
    "g": "ɡ",
    "h": "һн",
    "i": "іıι",
    "j": "ј",
    "k": "кκ",
    "l": "ӏǀ1",
    "m": "м",
    "n": "пη",
    "o": "оοօ0",
    "p": "рρ",
    "q": "ԛ",
    "r": "г",
    "s": "ѕ",
    "t": "тτ",
    "u": "υц",
    "v": "ѵν",
    "w": "ԝω",
    "x": "хχ",
    "y": "уγ",
}
_ALIKE = {ord(other): letter for letter, group in _LOOKS.items() for other in group}
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))


@dataclass(frozen=True, slots=True)
class Suspicion:
    """`kind`: `name` (another address stands in the name), `lookalike` (a domain that
    reads as ours), `scripts` (letters of several alphabets); `shown` is what deceives.
    """

    kind: Kind = ""
    shown: str = ""

    def __bool__(self) -> bool:
        return bool(self.kind)


@lru_cache(maxsize=4096)
def of(sender: Address, own: str) -> Suspicion:
    """What is suspicious about a sender; `own` is the institution's domain."""
    domain = sender.email.rpartition("@")[2].lower()
    if is_below(domain, own):
        return Suspicion()
    named = _IN_NAME.search(sender.name)
    if named and named[0].lower() != sender.email.lower():
        return Suspicion("name", named[0])
    readable = unpunycoded(domain)
    if _reads_as(readable, own):
        return Suspicion("lookalike", readable)
    if any(_is_mixed(label) for label in readable.split(".")):
        return Suspicion("scripts", readable)
    return Suspicion()


def is_below(domain: str, own: str) -> bool:
    return domain == own or domain.endswith(f".{own}")


def unpunycoded(domain: str) -> str:
    """The domain as people would read it; labels that are broken, or hold what cannot
    be shown, stay as they are."""
    return ".".join(_label(label) for label in domain.split("."))


def punycoded(domain: str) -> str:
    """The domain as machines read it: no two look the same."""
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
        for label in domain.split(".")
    )


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        shown = label[4:].encode("ascii").decode("punycode")
        # half a pair of surrogates can be written in it, and never sent
        shown.encode()
    except (UnicodeError, ValueError):
        return label
    return label if UNSAFE.search(shown) else shown


def skeleton(domain: str) -> str:
    """What a domain looks like at a glance."""
    alike = folded(domain).translate(_ALIKE)
    for pair, letter in _PAIRS:
        alike = alike.replace(pair, letter)
    return alike


def _reads_as(domain: str, own: str) -> bool:
    if len(domain) > 255:
        return False
    ours, theirs = skeleton(own), skeleton(domain)
    if theirs == ours or theirs.endswith(f".{ours}"):
        return True
    # ours at the beginning of another: ac-poitiers.fr.example.com, ac-poitiers-fr.com
    joined = ours.replace(".", "-")
    if theirs.startswith((f"{ours}.", f"{ours}-", f"{joined}.", f"{joined}-")):
        return True
    return len(ours) >= CLOSE_FROM and _is_close(theirs, ours)


def _is_close(one: str, other: str) -> bool:
    """One letter more, less, changed or exchanged with its neighbour."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    at = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), -1
    )
    if at < 0:
        return True
    left, right = one[at:], other[at:]
    exchanged = left[1:2] + left[:1] + left[2:]
    return right in (exchanged, *_shorter(left, right)) or left[1:] == right[1:]


def _shorter(left: str, right: str) -> tuple[str, ...]:
    """`left` with one letter less, or with the letter of `right` more."""
    return left[1:], right[:1] + left


def _is_mixed(label: str) -> bool:
    """Latin together with Greek or Cyrillic letters: no honest name needs that."""
    scripts = {unicodedata.name(c, "").partition(" ")[0] for c in label if c.isalpha()}
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK", "ARMENIAN"})
