"""The shapes of the settings that are JSON: each raises ValueError with the reason."""

from __future__ import annotations

from datetime import date
from typing import Any

_KINDS = ("nominative", "functional", "other")
_ROLES = ("reader", "member", "owner")


def branches(value: Any) -> None:
    """A list of {"base": …, "kind": …} that holds people."""
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of branches")
    for branch in value:
        if not isinstance(branch, dict) or set(branch) != {"base", "kind"}:
            raise ValueError("each branch must have base and kind, and nothing else")
        if not isinstance(branch["base"], str) or not branch["base"]:
            raise ValueError("the base of a branch must be a name (DN)")
        _one_of(branch["kind"], _KINDS)
    if all(branch["kind"] == "functional" for branch in value):
        raise ValueError("no branch of people: nobody could sign in")


def group_roles(value: Any) -> None:
    """{attribute of a group: role}."""
    names(value)
    for role in value.values():
        _one_of(role, _ROLES)


def closed_lists(value: Any) -> None:
    """{address: [address, …]}, all in small letters."""
    if not isinstance(value, dict):
        raise ValueError("must be an object")
    for address, posters in value.items():
        if not isinstance(posters, list):
            raise ValueError(f"{address!r}: must be a list of addresses")
        for each in (address, *posters):
            if not isinstance(each, str) or "@" not in each or each != each.lower():
                raise ValueError(f"{each!r} must be an address in small letters")


def names(value: Any) -> None:
    """{text: text}."""
    texts = isinstance(value, dict) and all(
        isinstance(item, str) and item for item in value.values()
    )
    if not texts:
        raise ValueError("must be an object of texts")


def holidays(value: Any) -> None:
    """A list of {"name": …, "first": "2026-12-19", "last": "2027-01-03"}."""
    if not isinstance(value, list):
        raise ValueError("must be a list of holidays")
    for each in value:
        if not isinstance(each, dict) or list(each) != ["name", "first", "last"]:
            raise ValueError("each must have name, first and last, in this order")
        names(each)
        if date.fromisoformat(each["first"]) > date.fromisoformat(each["last"]):
            raise ValueError(f"{each['name']}: the last day is before the first")


def _one_of(value: Any, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ValueError(f"{value!r} must be one of {', '.join(known)}")
