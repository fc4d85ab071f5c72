"""Radicale: calendars and address books (CalDAV, CardDAV)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import ClassVar

from stack.accounts import BASE_DN, DAV_PASSWORD, LDAP_SERVICES, SERVICE_USER
from stack.server import Server

REPOSITORY = Path(__file__).resolve().parent.parent


class Radicale(Server):
    name = "radicale"
    listens = ("dav",)
    programs: ClassVar = {}

    def prepare(self) -> None:
        self.layout.make("radicale", "collections")
        self.layout.write("radicale/rights", "radicale/rights")
        self.layout.write(
            "radicale/config",
            "radicale/config",
            BASE_DN=BASE_DN,
            LDAP_PASSWORD=LDAP_SERVICES["radicale"],
            SERVICE_USER=SERVICE_USER,
            SERVICE_PASSWORD=DAV_PASSWORD,
        )

    def command(self) -> list[str]:
        configuration = str(self.layout.path("radicale", "config"))
        return [sys.executable, "-m", "radicale", "-C", configuration]

    def environment(self) -> dict[str, str]:
        # where our authentication plug-in is found
        return {"PYTHONPATH": os.fspath(REPOSITORY)}
