"""slapd: the directory, with the tree and the attributes of an académie."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import ClassVar

from stack import accounts, cast, directory
from stack.layout import HOST
from stack.server import Server, find_program

# 12 characters, the last 3 refused; six failures lock for five minutes
DEFAULT_POLICY = {
    "pwdMustChange": "TRUE",
    "pwdAllowUserChange": "TRUE",
    "pwdSafeModify": "FALSE",
    "pwdMinLength": "12",
    "pwdCheckQuality": "2",
    "pwdInHistory": "3",
    "pwdMaxAge": "94608000",  # three years
    "pwdExpireWarning": "1209600",
    "pwdGraceAuthNLimit": "0",
    "pwdLockout": "TRUE",
    "pwdMaxFailure": "6",
    "pwdLockoutDuration": "300",
    "pwdFailureCountInterval": "300",
}


class Slapd(Server):
    name = "slapd"
    listens = ("ldap", "ldaps")
    programs: ClassVar = {"slapd": "slapd", "slapadd": "slapd"}

    def prepare(self) -> None:
        self.layout.make("ldap", "db")
        if not any(self.layout.make("ldap", "slapd.d").iterdir()):
            self._configure()

    def _configure(self) -> None:
        source = self.layout.write(
            "slapd/config.ldif",
            "ldap/config.ldif",
            BASE_DN=accounts.BASE_DN,
            ROOT_DN=accounts.ROOT_DN,
            ROOT_PASSWORD=accounts.ROOT_PASSWORD,
        )
        slapadd = find_program("slapadd", "slapd")
        target = str(self.layout.path("ldap", "slapd.d"))
        command = [slapadd, "-n", "0", "-F", target, "-l", str(source)]
        subprocess.run(command, check=True, capture_output=True)

    def command(self) -> list[str]:
        ports = self.layout.ports
        urls = f"ldap://{HOST}:{ports['ldap']} ldaps://{HOST}:{ports['ldaps']}"
        folder = str(self.layout.path("ldap", "slapd.d"))
        # -d keeps slapd in the foreground
        return [find_program("slapd", "slapd"), "-F", folder, "-d", "0", "-h", urls]

    def started(self) -> None:
        """Fill an empty directory with the cast."""
        done = self.layout.path("ldap", "filled")
        if not done.exists():
            # by the server: ppolicy hashes the passwords, memberof links the groups
            directory.add(self.layout, entries())
            done.touch()


def entries() -> Iterator[directory.Entry]:
    """The whole directory, parents first."""
    yield directory.branch_entry(accounts.BASE_DN)
    for name in ("services", "policies", "listes", "groupes"):
        yield directory.branch_entry(f"ou={name},{accounts.BASE_DN}")
    for _, dn in accounts.BRANCHES:
        yield directory.branch_entry(dn)
    yield directory.policy_entry("default", **DEFAULT_POLICY)
    yield directory.policy_entry("services", pwdLockout="FALSE", pwdMaxAge="0")
    # a person under this policy has an expired password one second later
    yield directory.policy_entry("expired", **DEFAULT_POLICY | {"pwdMaxAge": "1"})
    for name, password in accounts.LDAP_SERVICES.items():
        yield directory.service_entry(accounts.service_dn(name), password)
    yield from map(directory.person_entry, cast.PEOPLE)
    for mailbox in cast.MAILBOXES:
        yield from directory.mailbox_entries(mailbox)
    yield from map(directory.list_entry, cast.LISTS)
