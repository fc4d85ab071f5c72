"""The values of the directory: people, functional mailboxes, lists."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from stack.accounts import BRANCH_DN, GROUPS_DN, LISTS_DN, address

Branch = Literal["nominative", "other"]
State = Literal["active", "first sign-in", "inactive", "locked", "expired"]
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A school or service, by its UAI (seven digits and a check letter)."""

    uai: str
    name: str
    kind: str  # the type of FrEduRne: LYC, CLG, ECOLE, CIRC, DSDEN, RECT


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a nominative mailbox, whose login and IMAP name are the uid."""

    uid: str
    given: str
    surname: str
    title: str  # function code: DIR, ENS, EDU, ADM…
    school: School
    password: str
    numen: str
    purpose: str = ""
    branch: Branch = "nominative"
    administrative: str = "X"  # FrEduFonctAdm; X: none
    heads: bool = False  # responsible for the school (FrEduRneResp)
    discipline: str = ""
    birth_name: str = ""
    ends_on: str = ""  # end of the function, yyyy-mm-dd
    state: State = "active"
    quota: int = 1024 * MEBIBYTE

    @property
    def name(self) -> str:
        return f"{self.given} {self.surname}"

    @property
    def address(self) -> str:
        return address(f"{_plain(self.given)}.{_plain(self.surname)}")

    @property
    def aliases(self) -> tuple[str, ...]:
        return (address(self.uid),)

    @property
    def dn(self) -> str:
        return f"uid={self.uid},{BRANCH_DN[self.branch]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionalMailbox:
    """A mailbox of a school or service. Its members come from a group of its name.

    `members` write, `readers` only read; the owner is one of the members. `password` is
    the shared one of old days, which only one entry still carries.
    """

    local: str
    name: str
    school: School
    owner: Person
    members: tuple[Person, ...] = ()
    readers: tuple[Person, ...] = ()
    password: str = ""
    quota: int = 2048 * MEBIBYTE

    @property
    def login(self) -> str:
        return self.local.lower()

    @property
    def address(self) -> str:
        return address(self.local)

    @property
    def dn(self) -> str:
        return f"uid={self.login},{BRANCH_DN['functional']}"

    @property
    def group_dn(self) -> str:
        return f"cn={self.login},{GROUPS_DN}"

    @property
    def writers(self) -> tuple[Person, ...]:
        return (self.owner, *(p for p in self.members if p is not self.owner))


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingList:
    """A list that Postfix expands."""

    local: str
    name: str
    owner: Person
    members: tuple[Person, ...]

    @property
    def address(self) -> str:
        return address(self.local)

    @property
    def dn(self) -> str:
        return f"cn={self.local},{LISTS_DN}"


def _plain(name: str) -> str:
    """Lower case, without accents, as in an address: Hélène → helene."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return letters.lower().replace(" ", "-").replace("'", "-")
