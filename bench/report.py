"""The figures on screen and in .bench/latest.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
    # a list page by imapclient, in the same turns: what the bars are a share of
    raw_list_ms: float = 0.0
    # of load rows, where folder_size is the number of people
    rate: float = 0.0
    errors: int = 0
    # of the event service, where folder_size is the number of open pages
    memory_mb: float = 0.0


def show(row: Row, bars: Mapping[str, float]) -> bool:
    """Print a line; whether every bar is held."""
    verdicts = [verdict(name, row.ours_ms, bar) for name, bar in bars.items()]
    ratio = row.ours_ms / row.raw_ms if row.raw_ms else 0.0
    print(
        f"{row.op:22} {row.folder_size:6}  list {row.raw_list_ms:5.2f}"
        f" wire {row.wire_ms:6.2f}"
        f" raw {row.raw_ms:6.2f} null {row.null_ms:5.2f} ours {row.ours_ms:6.2f}"
        f" p95 {row.p95_ms:6.2f}"
        f" ours/raw {ratio:5.2f} {row.imap_commands:2} cmd {row.imap_bytes:7} B"
        f" http {row.http_bytes:6} B  " + "  ".join(verdicts),
        flush=True,
    )
    return all(row.ours_ms <= bar for bar in bars.values())


def verdict(name: str, value: float, bar: float, *, most: bool = True) -> str:
    """`most`: the value may not be above the bar, else not below."""
    held = value <= bar if most else value >= bar
    return f"{name} {bar:.1f} {'held' if held else 'MISSED'}"


def write(path: Path, rows: list[Row]) -> None:
    path.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
