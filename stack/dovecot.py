"""Dovecot: IMAP, LMTP, ManageSieve and submission for the people of the directory."""

from __future__ import annotations

from typing import ClassVar

from stack.accounts import BASE_DN, LDAP_SERVICES, MAIL_PASSWORD, SERVICE_USER
from stack.layout import CONF, own_names, privileged
from stack.server import Server, find_program

TEMPLATES = (
    "ldap-existing.conf.ext",
    "ldap-members.conf.ext",
    "ldap-passdb.conf.ext",
    "ldap-userdb.conf.ext",
    "service-users",
    "decode2text.sh",
)


class Dovecot(Server):
    name = "dovecot"
    listens = ("imap", "imaps", "lmtp", "sieve", "submission")
    programs: ClassVar = {"dovecot": "dovecot-core"}

    def prepare(self) -> None:
        self.layout.make("run", "dovecot")
        self.layout.make("dovecot", "state")
        self.layout.make("mail", mail=True)
        for name in TEMPLATES:
            self.layout.write(f"dovecot/{name}", f"dovecot/{name}", **self._values())
        self.layout.write(
            "dovecot/dovecot.conf",
            "dovecot/dovecot.conf",
            **self._values(),
            FULL_TEXT_PLUGINS=" fts fts_xapian" if self.layout.full_text else "",
            FULL_TEXT_SERVICE=self._full_text("service"),
            FULL_TEXT_SETTINGS=self._full_text("settings"),
        )

    def _full_text(self, part: str) -> str:
        if not self.layout.full_text:
            return ""
        text = CONF.joinpath("dovecot", f"full-text-{part}").read_text("utf-8")
        return self.layout.fill(text, **self._values())

    def _values(self) -> dict[str, str]:
        # without rights every process is ours; with them Debian's accounts are used
        user, group = own_names()
        login, internal = ("dovenull", "dovecot") if privileged() else (user, user)
        return {
            "BASE_DN": BASE_DN,
            "LDAP_PASSWORD": LDAP_SERVICES["dovecot"],
            "SERVICE_USER": SERVICE_USER,
            "SERVICE_PASSWORD": MAIL_PASSWORD,
            "LOGIN_USER": login,
            "INTERNAL_USER": internal,
            "INTERNAL_GROUP": "dovecot" if privileged() else group,
        }

    def command(self) -> list[str]:
        configuration = str(self.layout.path("dovecot", "dovecot.conf"))
        return [find_program("dovecot", "dovecot-core"), "-F", "-c", configuration]
