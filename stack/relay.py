"""The relay that takes Postfix' place without rights: see stack/relaying.py."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import ClassVar

from stack.server import Server

REPOSITORY = Path(__file__).resolve().parent.parent


class Relay(Server):
    name = "relay"
    listens = ("smtp",)
    programs: ClassVar = {}

    def prepare(self) -> None:
        self.layout.make("outside")

    def command(self) -> list[str]:
        facts = str(self.layout.path("stack.json"))
        return [sys.executable, "-m", "stack.relaying", facts]

    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": os.fspath(REPOSITORY)}
