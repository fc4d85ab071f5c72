"""A message about to leave, as its guards see it, and what they tell of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from accounts.colleagues import Colleague
from mail import impersonation
from mail.composing import Draft
from mail.messages import Address


@dataclass(frozen=True, slots=True)
class Mend:
    """A way out: `act` is what the form does when it is pressed (mail/mending.py), `to`
    is the field that it leads to instead; `name` is another button of the form."""

    label: str
    act: str = ""
    to: str = ""
    name: str = "mend"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a guard tells. `about` is what it speaks of: a confirmation counts for that
    and for nothing else. A `firm` one cannot be confirmed."""

    guard: str
    sentence: str
    about: tuple[str, ...] = ()
    mends: tuple[Mend, ...] = ()
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """From how many on: visible outside recipients, people a reply goes to, colleagues
    among whom somebody from outside is out of place."""

    visible: int = 5
    reply_all: int = 15
    colleagues: int = 3


@dataclass(frozen=True, slots=True)
class Storm:
    """A thread to which too many answer at once, and when that will be over."""

    count: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """A message about to leave. `own`: the addresses of the mailbox; `domain`: the
    institution's; `closed`: the lists that only some may post to; `namesakes`: by
    recipient, in lower case, who else has that name; `deposit`: where files are shared
    by link."""

    draft: Draft
    own: Collection[str]
    domain: str
    limits: Limits = Limits()
    closed: Mapping[str, Collection[str]] = field(default_factory=dict)
    namesakes: Mapping[str, Colleague] = field(default_factory=dict)
    storm: Storm | None = None
    deposit: str = ""

    @property
    def visible(self) -> tuple[Address, ...]:
        return (*self.draft.to, *self.draft.cc)

    @property
    def everybody(self) -> tuple[Address, ...]:
        return (*self.visible, *self.draft.bcc)

    @property
    def answers_all(self) -> bool:
        return bool(self.draft.in_reply_to) and len(self.everybody) > 1

    def is_outside(self, address: Address) -> bool:
        return not impersonation.is_below(domain_of(address.email), self.domain)


Guard = Callable[[Case], Finding | None]


def domain_of(email: str) -> str:
    return email.rpartition("@")[2].lower()
