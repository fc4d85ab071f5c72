"""Readers of environment variables that fail loudly.

Each reader looks at `NAME`, then at the file named by `NAME_FILE` (container secrets).
A value that cannot be read stops the start with a sentence that names the variable.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any, TypeVar, overload

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
_MISSING: Any = object()


def _raw(name: str) -> str | None:
    if name in os.environ:
        return os.environ[name]
    if secret := os.environ.get(f"{name}_FILE"):
        try:
            return Path(secret).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(
                f"{name}_FILE: cannot read {secret}: {error}"
            ) from error
    return None


def _read(name: str, parse: Callable[[str], T], default: T) -> T:
    raw = _raw(name)
    if raw is None:
        if default is _MISSING:
            raise ImproperlyConfigured(f"{name} (or {name}_FILE) must be set")
        return default
    try:
        return parse(raw)
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(f"{name}: {raw!r} is not valid: {error}") from error


@overload
def text(name: str) -> str: ...
@overload
def text(name: str, default: str) -> str: ...
def text(name: str, default: str = _MISSING) -> str:
    return _read(name, str, default)


def secret(name: str, default: str = "", *, demanded: bool) -> str:
    """A password. When `demanded` it must be given, and not be empty."""
    if not demanded:
        return text(name, default)
    given = text(name)
    if not given:
        raise ImproperlyConfigured(f"{name} (or the file of {name}_FILE) is empty")
    return given


def path(name: str, default: str) -> str:
    """Part of a URL: words of small letters, digits and hyphens, each ending in `/`."""

    def parse(raw: str) -> str:
        if not re.fullmatch(r"(?:[a-z0-9-]+/)+", raw):
            raise ValueError("must be as in administration/")
        return raw

    return _read(name, parse, default)


def hours(name: str, default: str) -> tuple[time, time]:
    """From when to when, as in 07:30-19:00."""

    def parse(raw: str) -> tuple[time, time]:
        starts, ends = (time.fromisoformat(word.strip()) for word in raw.split("-"))
        if starts >= ends:
            raise ValueError("must end after it starts")
        return starts, ends

    return _read(name, parse, parse(default))


def number(
    name: str, default: int = _MISSING, *, low: int = 0, high: int | None = None
) -> int:
    """A whole number, `low` or more, `high` or less."""

    def parse(raw: str) -> int:
        value = int(raw)
        if value < low or (high is not None and value > high):
            limits = f"{low} or more" if high is None else f"from {low} to {high}"
            raise ValueError(f"must be {limits}")
        return value

    return _read(name, parse, default)


def boolean(name: str, default: bool = _MISSING) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False, "": False}
    return _read(name, lambda raw: words[raw.strip().lower()], default)


def words(name: str, default: list[str] = _MISSING) -> list[str]:
    """A comma-separated list, blanks removed."""
    return _read(
        name, lambda raw: [w.strip() for w in raw.split(",") if w.strip()], default
    )


def choice(name: str, choices: tuple[str, ...], default: str) -> str:
    def parse(raw: str) -> str:
        if raw not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return raw

    return _read(name, parse, default)


def structure(
    name: str, default: Any = _MISSING, *, check: Callable[[Any], None] | None = None
) -> Any:
    """A JSON value. `check` raises ValueError when it is not of the right shape."""

    def parse(raw: str) -> Any:
        value = json.loads(raw)
        if check is not None:
            check(value)
        return value

    return _read(name, parse, default)
