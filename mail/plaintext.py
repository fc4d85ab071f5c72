"""Plain text bodies to HTML: quotes folded into blockquotes, format=flowed, links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from mail.safehtml import LINKED_MAX, linked

SHOWN_MAX = 512 * 1024
LINES_MAX = 20_000
QUOTES_MAX = 20

_QUOTED = re.compile(r"^(?:> ?)+")


@dataclass(frozen=True, slots=True)
class Rendered:
    """`truncated`: only the beginning is shown; the source has the rest."""

    html: str
    truncated: bool = False


def render(text: str, *, flowed: bool = False, delsp: bool = False) -> Rendered:
    """Safe HTML of a text/plain body (RFC 3676 when `flowed`)."""
    lines = text[:SHOWN_MAX].splitlines()
    truncated = len(text) > SHOWN_MAX or len(lines) > LINES_MAX
    quoted: Iterator[tuple[int, str]] = (_levels(line) for line in lines[:LINES_MAX])
    if flowed:
        quoted = unflowed(quoted, delsp=delsp)
    return Rendered("".join(_html(quoted)), truncated)


def _levels(line: str) -> tuple[int, str]:
    if not line.startswith(">"):
        return 0, line
    marks = 0
    while line.startswith(">"):
        marks += 1
        line = line[1:]
        # `> >` is two levels in the mail of most clients
        if line.startswith(" >"):
            line = line[1:]
    return min(marks, QUOTES_MAX), line[1:] if line.startswith(" ") else line


def unflowed(
    lines: Iterable[tuple[int, str]], *, delsp: bool
) -> Iterator[tuple[int, str]]:
    """Lines joined where a trailing space says that the paragraph goes on."""
    pending: tuple[int, str] | None = None
    for level, line in lines:
        if not level and line.startswith(" "):
            line = line[1:]
        if pending is not None and pending[0] == level and line != "-- ":
            line = pending[1] + line
        elif pending is not None:
            yield pending
        pending = None
        if line.endswith(" ") and not line.endswith("-- "):
            pending = (level, line[:-1] if delsp else line)
        else:
            yield level, line
    if pending is not None:
        yield pending


def unwrapped(text: str, *, delsp: bool = False) -> str:
    """The paragraphs of a format=flowed text in one line each, quotes marked again."""
    lines = unflowed((_levels(line) for line in text.splitlines()), delsp=delsp)
    return "\n".join(
        f"{'>' * level} {line}" if level else line for level, line in lines
    )


def _html(lines: Iterable[tuple[int, str]]) -> Iterator[str]:
    depth, length = 0, 0
    for level, line in lines:
        if level != depth:
            yield "<blockquote>" * (level - depth) or "</blockquote>" * (depth - level)
            depth = level
        escaped = escape(line, quote=False)
        length += len(escaped)
        yield (linked(escaped) if length < LINKED_MAX else escaped) + "\n"
    yield "</blockquote>" * depth


def quote(text: str) -> str:
    """The text with one more level of quotation."""
    return "\n".join(
        f">{line}" if line.startswith(">") else f"> {line}".rstrip()
        for line in text.splitlines()
    )
