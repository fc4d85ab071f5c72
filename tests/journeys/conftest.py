"""Visitors of the site in a browser; every page is watched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.site import DOORS, Site
from tests.journeys.visitor import Visitor
from tests.journeys.watch import Watch

PATIENCE = 10_000  # milliseconds
_HERE = Path(__file__).parent
Arrive = Callable[..., Visitor]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Last: the browser's event loop runs in this thread, and Django refuses its
    database where one runs."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker("browser")
    items.sort(key=lambda item: _HERE in item.path.parents)


@pytest.fixture
def arrive(site: Site, browser: Browser) -> Iterator[Arrive]:
    """`arrive("functional", java_script_enabled=False)`: a new browser at a door."""
    ports = site.port, site.live_port
    hosts = frozenset(f"{host}:{port}" for host in DOORS.values() for port in ports)
    watch = Watch(hosts)
    contexts = []

    def arrive(door: str = "nominative", **options: Any) -> Visitor:
        settings = {"viewport": {"width": 1440, "height": 900}, "locale": "fr-FR"}
        context = browser.new_context(**{**settings, **options})
        context.set_default_timeout(PATIENCE)
        watch.over(context)
        contexts.append(context)
        return Visitor(context.new_page(), site, door, watch)

    yield arrive
    for context in contexts:
        context.close()
    assert watch.faults == []


@pytest.fixture
def visitor(arrive: Arrive) -> Visitor:
    """Somebody who has not signed in, at the nominative door."""
    return arrive()


@pytest.fixture
def reader(arrive: Arrive, person: Person) -> Visitor:
    """`person` at their mailbox."""
    visitor = arrive()
    visitor.sign_in(person)
    return visitor


@pytest.fixture
def writer(visitor: Visitor, person: Person) -> Visitor:
    """Somebody who has chosen to write beside the mail."""
    visitor.sign_in(person)
    visitor.go("/preferences/")
    visitor.field("En bas de l’écran, à côté du courrier").check()
    visitor.button("Enregistrer").click()
    visitor.link("Revenir au courrier").click()
    return visitor


@pytest.fixture
def inspection(pytestconfig: pytest.Config) -> Iterator[Inspection]:
    """Whatever was found is told at the end, all at once."""
    inspection = Inspection(pictures=pytestconfig.getoption("--screens"))
    yield inspection
    assert not inspection.findings, "\n".join(inspection.findings)
