"""More letters, when a corpus of made-up French school mail lies beside the
repository. Its messages are read, never copied into it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from pathlib import Path
from zlib import crc32

from demo.letters.correspondents import known
from demo.letters.letter import Correspondent, Letter

PLACE = Path(__file__).resolve().parents[2].parent / "shared" / "corpora" / "french"
READERS = ("kbenali", "cpetit", "imarchand", "ldurand", "nbernard", "cdubois")
HERE, ELSEWHERE = "@ac-poitiers.test", "@etab.ac-poitiers.test"
_ADDRESSED = re.compile(
    rb"^(?:To|Delivered-To|Date):.*\r\n(?:[ \t].*\r\n)*", re.M | re.I
)
_RECEIVED = re.compile(
    rb"^(?:Received|Return-Path):.*\r\n(?:[ \t].*\r\n)*", re.M | re.I
)


def posted(now: datetime, place: Path = PLACE) -> list[Letter]:
    """Oldest first; the last one was written yesterday. None without the corpus."""
    index = place / "index.tsv"
    if not index.is_file():
        return []
    with index.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    dates = [datetime.fromisoformat(row["date"]) for row in rows]
    # whole weeks: a Monday stays a Monday
    shift = timedelta(weeks=(now - max(dates)) // timedelta(weeks=1))
    letters = (
        _letter(row, (place / row["file"]).read_bytes(), date + shift)
        for row, date in zip(rows, dates, strict=True)
    )
    return sorted(letters, key=lambda letter: letter.date)


def _letter(row: dict[str, str], source: bytes, date: datetime) -> Letter:
    """A conversation has one reader."""
    mark = row["thread"] or row["file"]
    reader = known()[READERS[crc32(mark.encode()) % len(READERS)]]
    return Letter(
        sender=Correspondent(row["from_name"], row["from_addr"]),
        to=(reader,),
        date=date,
        message_id=row["message_id"].strip("<>").replace(HERE, ELSEWHERE),
        subject=row["subject"],
        topic="corpus",
        source=readdressed(source, reader, date),
    )


def readdressed(source: bytes, reader: Correspondent, date: datetime) -> bytes:
    """The message as if it had been sent to this reader at this date. Its colleagues
    become those of another school, so that an answer leaves and is not refused."""
    head, gap, body = source.partition(b"\r\n\r\n")
    head = _RECEIVED.sub(b"", _ADDRESSED.sub(b"", head + b"\r\n"))
    head = head.replace(HERE.encode(), ELSEWHERE.encode())
    return b"".join(_envelope(reader, date)) + head.rstrip(b"\r\n") + gap + body


def _envelope(reader: Correspondent, date: datetime) -> Iterator[bytes]:
    name = Header(reader.name, "utf-8").encode()
    yield f"Date: {format_datetime(date)}\r\n".encode()
    yield f"To: {name} <{reader.address}>\r\n".encode()
