"""The messages of this folder, and those of the corpora beside the repository."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[2] / "shared"


def read(path: Path) -> bytes:
    """A message as it travels: with CRLF, unless it is about line ends."""
    data = path.read_bytes()
    return re.sub(rb"(?<!\r)\n", b"\r\n", data) if b"\r" not in data else data


def own(folder: str) -> list[Path]:
    return sorted((HERE / folder).rglob("*.eml"))
