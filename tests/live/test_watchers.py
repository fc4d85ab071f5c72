"""Changes in a mailbox reach the pages that show it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from live import watchers
from stack.people import Person
from tests.live.conftest import Page, Service, until
from tests.mail.imap.conftest import letter
from tests.stack.boxes import Box

pytestmark = pytest.mark.live


@pytest.fixture
def box(person: Person, mailbox_of: Callable[[Person], Box]) -> Box:
    return mailbox_of(person)


@pytest.fixture
def page(service: Service, person: Person) -> Page:
    """A page on the inbox of `person`, which is watched."""
    page = service.listen(person.uid)
    page.watched()
    return page


def test_a_message_is_told_in_under_two_seconds(
    page: Page,
    person: Person,
    receive: Callable[..., None],
) -> None:
    begin = time.monotonic()
    receive(person.address, letter())
    told = page.event()
    assert time.monotonic() - begin < 2
    assert told == (
        "folder",
        {"kind": "folder", "box": person.uid, "folder": "INBOX", "what": "new"},
    )


def test_pages_of_a_mailbox_share_one_watch(
    service: Service, person: Person, page: Page
) -> None:
    service.listen(person.uid, folder="Sent").watched()
    assert len(service.application.watchers) == 1


def test_the_watch_ends_after_the_last_page(
    service: Service, person: Person, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchers, "LINGER_SECONDS", 0.1)
    second = service.listen(person.uid)
    second.watched()
    page.close()
    until(lambda: len(service.application.hub) == 1)
    assert len(service.application.watchers) == 1
    second.close()
    until(lambda: len(service.application.watchers) == 0)


def test_a_page_that_comes_back_keeps_the_watch(
    service: Service, person: Person, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchers, "LINGER_SECONDS", 0.5)
    page.close()
    until(lambda: len(service.application.hub) == 0)
    again = service.listen(person.uid)
    time.sleep(0.7)
    assert len(service.application.watchers) == 1
    again.watched()


def test_many_changes_are_told_in_a_few_events(page: Page, box: Box) -> None:
    with box.opened("INBOX") as client:
        for _ in range(40):
            client.append("INBOX", "", "", letter())
            client.store("1:*", "FLAGS", "(\\Flagged)")
    time.sleep(1.5)
    box.deliver(letter(), "Fin")
    names = []
    while (told := page.event()[1]["folder"]) != "Fin":
        names.append(told)
    assert 1 <= len(names) <= 8


def test_many_folders_are_one_event(page: Page, box: Box) -> None:
    with box.opened() as client:
        for number in range(20):
            client.create(f"Lot{number}")
    told = page.event()[1]
    while told["folder"]:
        told = page.event()[1]
    assert told["what"] == "folders"


def test_beyond_the_limit_a_page_is_told_to_ask_by_itself(
    service: Service, person: Person, settings: Settings
) -> None:
    settings.LIVE_CONNECTIONS = 0
    told = service.listen(person.uid).event(but="")
    assert told == ("watching", {"kind": "watching", "box": person.uid, "on": 0})
    assert len(service.application.watchers) == 0


def test_a_mailbox_that_does_not_exist_is_never_watched(service: Service) -> None:
    page = service.listen("nobody")
    assert page.event(but="")[1]["on"] == 0
