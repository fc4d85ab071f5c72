"""DATABASE_URL as Django's configuration of a database."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        "PRAGMA mmap_size=134217728; PRAGMA cache_size=2000;"
    ),
}


def configuration(url: str) -> dict[str, Any]:
    """For `sqlite:////path` or `postgresql://user:password@host:port/name?sslmode=…`,
    whose parts are percent-encoded. Raises ImproperlyConfigured without the URL: it
    holds a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused("the host or the port cannot be read") from error
    if parts.fragment:
        raise _refused("a # in a password must be written %23")
    if parts.scheme == "sqlite":
        return _sqlite(parts)
    if parts.scheme in {"postgresql", "postgres"}:
        return _postgresql(parts, port)
    raise _refused(
        f"{parts.scheme or 'nothing'}:// is not known, "
        "use sqlite:////path or postgresql://user:password@host:port/name"
    )


def _sqlite(parts: SplitResult) -> dict[str, Any]:
    if parts.netloc or parts.query or not parts.path.strip("/"):
        raise _refused("sqlite takes a path and nothing else: sqlite:////path")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": unquote(parts.path),
        "CONN_MAX_AGE": None,
        "OPTIONS": dict(_SQLITE_OPTIONS),
    }


def _postgresql(parts: SplitResult, port: int | None) -> dict[str, Any]:
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise _refused("the name of the database is missing")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": port or "",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **_options(parts.query)},
    }


def _options(query: str) -> dict[str, str]:
    """The options of libpq (sslmode, sslrootcert…), which must know their names."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import make_conninfo

    if not query:
        return {}
    try:
        options = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True))
        make_conninfo("", **options)
    except (ValueError, ProgrammingError) as error:
        raise _refused("an option after ? is not one of libpq") from error
    return options


def _refused(reason: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"DATABASE_URL: {reason}")
