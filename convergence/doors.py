"""The two entry points: one host, one name and one colour each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.conf import settings

Kind = Literal["nominative", "functional"]


@dataclass(frozen=True, slots=True)
class Door:
    """An entry point of the site. `host` carries no port."""

    kind: Kind
    host: str
    name: str


def door_of(host: str) -> Door | None:
    """The door that answers on this Host header value, or None."""
    return doors().get(host.partition(":")[0].lower().rstrip("."))


def doors() -> dict[str, Door]:
    return _by_host(tuple(settings.DOORS))


def door(kind: Kind) -> Door:
    return next(d for d in settings.DOORS if d.kind == kind)


def _by_host(configured: tuple[Door, ...]) -> dict[str, Door]:
    return {d.host.lower(): d for d in configured}
