"""The figures on screen and in .bench/latest.json."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One operation: medians in milliseconds, p95 of ours, and what it cost."""

    op: str
    folder_size: int
    wire_ms: float
    raw_ms: float
    null_ms: float
    ours_ms: float
    p95_ms: float
    imap_commands: int
    imap_bytes: int
    http_bytes: int


def show(row: Row, bar: float | None) -> None:
    verdict = ""
    if bar is not None:
        verdict = f"bar {bar:6.1f}  {'held' if row.ours_ms <= bar else 'MISSED'}"
    ratio = row.ours_ms / row.raw_ms if row.raw_ms else 0.0
    print(
        f"{row.op:22} {row.folder_size:7}  wire {row.wire_ms:6.2f}  raw {row.raw_ms:6.2f}"
        f"  null {row.null_ms:5.2f}  ours {row.ours_ms:6.2f}  p95 {row.p95_ms:6.2f}"
        f"  ours/raw {ratio:5.2f}  {row.imap_commands:2} cmd {row.imap_bytes:7} B"
        f"  http {row.http_bytes:7} B  {verdict}",
        flush=True,
    )


def write(path: Path, rows: list[Row]) -> None:
    path.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
