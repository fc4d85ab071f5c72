"""Structured logs: one JSON object a line.

Only the fields named here leave the process: no subject, body, address or search text.
People appear by their number in our database. What other libraries write in their own
words (`event`, `cause`) loses its addresses and is cut short.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime

_FIELDS = (
    "reference",
    "request_id",
    "route",
    "method",
    "status",
    "milliseconds",
    "person",
    "cause",
    "code",
    "outgoing",
    "server",
)
_ADDRESS = re.compile(r"[^\s<>\"'(),;:=@]+@[^\s<>\"'(),;]*")
_LONGEST = 500


class JsonFormatter(logging.Formatter):
    """Formats a record with the fields above that it carries (`extra=`)."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname,
            "logger": record.name,
            "event": _impersonal(record.getMessage()),
        }
        entry |= {
            name: value
            for name in _FIELDS
            if (value := getattr(record, name, None)) is not None
        }
        if "cause" in entry:
            entry["cause"] = _impersonal(str(entry["cause"]))
        if record.exc_info and record.exc_info[0]:
            entry["error"] = record.exc_info[0].__name__
            entry["where"] = _where(record.exc_info[2])
        return json.dumps(entry, ensure_ascii=False, default=str)


def _impersonal(text: str) -> str:
    # cut first: looking for addresses in a word of 100,000 letters takes a minute
    if len(text) > _LONGEST:
        text = text[:_LONGEST].rpartition(" ")[0] + "…"
    return _ADDRESS.sub("…@…", text)


def _where(trace: object) -> list[str]:
    """File, line and function of each frame: a traceback without values."""
    frames = traceback.extract_tb(trace)  # type: ignore[arg-type]
    return [f"{f.filename}:{f.lineno} {f.name}" for f in frames[-12:]]
