from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from demo import facts, site
from demo.places import Place
from stack import Stack, cast


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, 8123, 21000)


@pytest.fixture
def told(place: Place) -> dict[str, Any]:
    """demo.json as a script reads it."""
    read: dict[str, Any] = json.loads(
        json.dumps(facts.facts(place, Stack("/tmp/cv-facts", 21000)))
    )
    return read


def test_both_doors_have_an_address(told: dict[str, Any]) -> None:
    assert told["addresses"] == {
        "nominative": "http://messagerie.localhost:8123/",
        "functional": "http://bal.localhost:8123/",
    }


def test_every_account_is_complete(told: dict[str, Any]) -> None:
    assert {account["uid"] for account in told["accounts"]} == {
        person.uid for person in cast.PEOPLE
    }
    for account in told["accounts"]:
        assert all(account[key] for key in ("uid", "password", "role", "purpose"))


@pytest.mark.parametrize(
    ("uid", "role"),
    [
        ("nrobert", "administrator"),
        ("hmoreau", "owner"),
        ("cpetit", "member"),
        ("nbernard", "reader"),
        ("kbenali", "person"),
    ],
)
def test_the_role_is_the_most_that_one_may_do(
    told: dict[str, Any], uid: str, role: str
) -> None:
    [account] = [a for a in told["accounts"] if a["uid"] == uid]
    assert account["role"] == role


def test_a_mailbox_names_its_members(told: dict[str, Any]) -> None:
    [box] = [b for b in told["mailboxes"] if b["login"] == "ce.0869001s"]
    assert box["roles"] == {
        "hmoreau": "owner",
        "cpetit": "member",
        "ldurand": "member",
        "nbernard": "reader",
    }


def test_all_ports_are_different(told: dict[str, Any]) -> None:
    ports = list(told["ports"].values())
    assert told["ports"]["web"] == 8123
    assert len(ports) == len(set(ports))


def test_the_page_for_people_names_every_account(place: Place) -> None:
    text = facts.welcome(place, 2.0)
    for person in cast.PEOPLE:
        assert person.uid in text
        assert person.password in text
    assert site.address(place, "functional") in text
