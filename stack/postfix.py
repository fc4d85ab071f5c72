"""Postfix: takes what Dovecot hands on, delivers by LMTP, captures the rest.

It needs root; without rights stack/relay.py takes its place. The master is called
directly: `postfix start-fg` is only a shell that waits beside it.
"""

from __future__ import annotations

import grp
import os
import pwd
from typing import ClassVar

from stack.accounts import BASE_DN, LDAP_SERVICES
from stack.server import Server, find_program

MASTER = "/usr/lib/postfix/sbin/master"
TEMPLATES = (
    "main.cf",
    "master.cf",
    "ldap-lists.cf",
    "ldap-mailboxes.cf",
    "ldap-senders.cf",
)
# as `postfix check` would make them (postfix-files)
QUEUES = (
    *("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold"),
    *("incoming", "private", "saved", "trace"),
)


class Postfix(Server):
    name = "postfix"
    listens = ("smtp",)
    programs: ClassVar = {
        "postfix": "postfix",
        MASTER: "postfix",
        "/usr/lib/postfix/postfix-ldap.so": "postfix-ldap",
    }

    def prepare(self) -> None:
        owner = pwd.getpwnam("postfix").pw_uid
        self.layout.make("outside", mail=True)
        os.chown(self.layout.make("postfix", "data"), owner, -1)
        self._make_queues(owner)
        for name in TEMPLATES:
            path = self.layout.write(
                f"postfix/{name}",
                f"postfix/etc/{name}",
                BASE_DN=BASE_DN,
                LDAP_PASSWORD=LDAP_SERVICES["postfix"],
            )
            # Postfix reads a file again and again until it is two seconds old
            os.utime(path, (0, 0))

    def _make_queues(self, owner: int) -> None:
        self.layout.make("postfix", "spool", "pid")
        for name in QUEUES:
            path = self.layout.make("postfix", "spool", name)
            path.chmod(0o700)
            os.chown(path, owner, -1)
        drop = grp.getgrnam("postdrop").gr_gid
        for name, mode in (("maildrop", 0o730), ("public", 0o710)):
            path = self.layout.make("postfix", "spool", name)
            os.chown(path, owner, drop)
            path.chmod(mode)

    def command(self) -> list[str]:
        configuration = str(self.layout.path("postfix", "etc"))
        return [find_program(MASTER, "postfix"), "-s", "-c", configuration]

    def environment(self) -> dict[str, str]:
        return {"MAIL_CONFIG": str(self.layout.path("postfix", "etc"))}
