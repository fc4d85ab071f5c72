"""Where a stack lives: its folder, its ports, the accounts that its servers run as."""

from __future__ import annotations

import grp
import os
import pwd
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from stack.errors import StackError

HOST = "127.0.0.1"
DOMAIN = "ac-poitiers.test"
CONF = Path(__file__).resolve().parent / "conf"
Mta = Literal["postfix", "relay"]
OFFSETS = {
    "lmtp": 24,
    "smtp": 25,
    "imap": 143,
    "sieve": 190,
    "dav": 232,
    "redis": 379,
    "ldap": 389,
    "submission": 587,
    "ldaps": 636,
    "imaps": 993,
}
# above lie the ports of outgoing connections: one of them may be taken by chance
HIGHEST_BASE = 32767 - max(OFFSETS.values())
# the path of a unix socket has 107 characters at most; run/dovecot/… takes 40
LONGEST_FOLDER = 65
MAIL_ID = 5000  # a plain number: no account of that name is needed
FULL_TEXT_PLUGIN = Path("/usr/lib/dovecot/modules/lib21_fts_xapian_plugin.so")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the templates of conf/ and the programs outside need to know."""

    folder: Path
    base: int
    mta: Mta
    full_text: bool

    @classmethod
    def choose(
        cls, folder: Path, base: int, *, mta: str = "auto", full_text: bool = True
    ) -> Layout:
        """The layout of a stack that is about to start; `mta` auto: by our rights."""
        folder = folder.resolve()
        if len(str(folder)) > LONGEST_FOLDER:
            raise StackError(f"Le chemin {folder} est trop long pour des sockets.")
        if not 0 < base <= HIGHEST_BASE:
            raise StackError(f"La base des ports doit aller de 1 à {HIGHEST_BASE}.")
        return cls(folder, base, _mta(mta), full_text and FULL_TEXT_PLUGIN.exists())

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Layout:
        saved = facts["layout"]
        return cls(
            Path(saved["folder"]), saved["base"], saved["mta"], saved["full_text"]
        )

    def saved(self) -> dict[str, object]:
        return asdict(self) | {"folder": str(self.folder)}

    @property
    def ports(self) -> dict[str, int]:
        return {name: self.base + offset for name, offset in OFFSETS.items()}

    @property
    def mail_ids(self) -> tuple[int, int]:
        """uid and gid that own all mail."""
        return (MAIL_ID, MAIL_ID) if privileged() else (os.getuid(), os.getgid())

    def path(self, *parts: str) -> Path:
        return self.folder.joinpath(*parts)

    def make(self, *parts: str, mail: bool = False) -> Path:
        """A folder of the stack, made when missing; `mail`: owned by the mail user."""
        path = self.path(*parts)
        path.mkdir(parents=True, exist_ok=True)
        if mail and privileged():
            os.chown(path, *self.mail_ids)
        return path

    def write(self, template: str, target: str, **more: object) -> Path:
        """Fill conf/<template> in and write it to <folder>/<target>."""
        source, path = CONF / template, self.path(target)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.fill(source.read_text("utf-8"), **more), "utf-8")
        shutil.copymode(source, path)
        return path

    def fill(self, text: str, **more: object) -> str:
        values = self._values() | {name: str(value) for name, value in more.items()}
        # KeyError: a template names a value that does not exist
        return re.sub(r"@([A-Z_]+)@", lambda found: values[found[1]], text)

    def _values(self) -> dict[str, str]:
        uid, gid = self.mail_ids
        ports = {f"PORT_{name.upper()}": str(port) for name, port in self.ports.items()}
        return ports | {
            "S": str(self.folder),
            "UID": str(os.getuid()),
            "GID": str(os.getgid()),
            "MAIL_UID": str(uid),
            "MAIL_GID": str(gid),
            "DOMAIN": DOMAIN,
        }


def privileged() -> bool:
    return os.geteuid() == 0


def own_names() -> tuple[str, str]:
    """The user and group that run the stack when it has no rights."""
    return pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name


def _mta(wish: str) -> Mta:
    if wish == "relay":
        return "relay"
    if wish == "postfix" and not privileged():
        raise StackError("Postfix demande les droits de root : choisissez --mta relay.")
    if wish == "postfix" or (privileged() and shutil.which("postfix")):
        return "postfix"
    return "relay"
