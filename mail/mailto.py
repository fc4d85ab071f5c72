"""mailto: links (RFC 6068), as another program hands them over: foreign text."""

from __future__ import annotations

from urllib.parse import unquote

SCHEME = "mailto:"
_LENGTH_MAX = 8_000
_FIELDS_MAX = 50
_ADDRESSES = ("to", "cc", "bcc")


def fields(link: str) -> dict[str, str]:
    """What a link says of a message: `to`, `cc`, `bcc`, `subject` and `text`. All else
    is ignored (§4 names what would be unsafe), and so is a header with a control
    character; {} when it is no such link."""
    if link[: len(SCHEME)].lower() != SCHEME or len(link) > _LENGTH_MAX:
        return {}
    path, _mark, query = link[len(SCHEME) :].partition("#")[0].partition("?")
    pairs = [("to", path), *_pairs(query)]
    found = {name: _addresses(pairs, name) for name in _ADDRESSES}
    subjects = (_line(value) for name, value in pairs if name == "subject")
    found["subject"] = next(filter(None, subjects), "")
    found["text"] = "\n".join(_text(v) for name, v in pairs if name == "body")
    return {name: value for name, value in found.items() if value}


def _pairs(query: str) -> list[tuple[str, str]]:
    split = (pair.partition("=") for pair in query.split("&")[:_FIELDS_MAX])
    return [(unquote(name).lower(), value) for name, _equals, value in split]


def _addresses(pairs: list[tuple[str, str]], name: str) -> str:
    """A comma between addresses stands as it is, one in an address is escaped."""
    each = (p for n, value in pairs if n == name for p in value.split(","))
    return ", ".join(filter(None, map(_line, each)))


def _line(value: str) -> str:
    text = unquote(value).strip(" ")
    return text if text.isprintable() else ""


def _text(value: str) -> str:
    text = unquote(value).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or c.isprintable())
