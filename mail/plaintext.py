"""Plain text bodies to HTML: quotes folded into blockquotes, format=flowed, links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from mail.safehtml import LINKED_MAX, linked

SHOWN_MAX = 512 * 1024
LINES_MAX = 20_000
QUOTES_MAX = 10
# a text whose every line is quoted at another level is no conversation
CHANGES_MAX = 2_000

# `> >` is two levels in the mail of most clients
_MARKS = re.compile(r">(?: ?>)*+ ?")
# controls, and what turns the direction of the text around (a link must read as it is)
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Rendered:
    """`truncated`: only the beginning is shown; the source has the rest."""

    html: str
    truncated: bool = False


def render(text: str, *, flowed: bool = False, delsp: bool = False) -> Rendered:
    """Safe HTML of a text/plain body (RFC 3676 when `flowed`)."""
    lines = [_UNSAFE.sub("", line) for line in text[:SHOWN_MAX].splitlines()]
    truncated = len(text) > SHOWN_MAX or len(lines) > LINES_MAX
    quoted: Iterator[tuple[int, str]] = (_levels(line) for line in lines[:LINES_MAX])
    if flowed:
        quoted = unflowed(quoted, delsp=delsp)
    return Rendered("".join(_html(quoted)), truncated)


def _levels(line: str) -> tuple[int, str]:
    marks = _MARKS.match(line)
    if marks is None:
        return 0, line
    return min(marks[0].count(">"), QUOTES_MAX), line[marks.end() :]


def unflowed(
    lines: Iterable[tuple[int, str]], *, delsp: bool
) -> Iterator[tuple[int, str]]:
    """Lines joined where a trailing space says that the paragraph goes on."""
    level, pieces = 0, list[str]()
    for quoted, line in lines:
        if not quoted and line.startswith(" "):
            line = line[1:]
        if pieces and (quoted != level or line == "-- "):
            yield level, "".join(pieces)
            pieces = []
        level = quoted
        if line.endswith(" ") and line != "-- ":
            pieces.append(line[:-1] if delsp else line)
        else:
            yield level, "".join([*pieces, line])
            pieces = []
    if pieces:
        yield level, "".join(pieces)


def unwrapped(text: str, *, delsp: bool = False) -> str:
    """The paragraphs of a format=flowed text in one line each, quotes marked again."""
    lines = unflowed((_levels(line) for line in text.splitlines()), delsp=delsp)
    return "\n".join(
        f"{'>' * level} {line}" if level else line for level, line in lines
    )


def _html(lines: Iterable[tuple[int, str]]) -> Iterator[str]:
    depth, length, changes = 0, 0, 0
    for level, line in lines:
        if level != depth and changes < CHANGES_MAX:
            yield "<blockquote>" * (level - depth) or "</blockquote>" * (depth - level)
            depth = level
            changes += 1
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
