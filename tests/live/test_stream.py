from __future__ import annotations

import pytest
from django.conf import settings
from pytest_django.fixtures import Settings
from redis import Redis

from live import app, tickets
from live.events import Event, channel
from live.hub import BACKLOG, Hub
from live.publishing import publish
from stack import Stack
from tests.live.conftest import Service, until

pytestmark = pytest.mark.live


def test_a_page_hears_what_is_published(service: Service) -> None:
    page = service.listen("cpetit")
    assert publish("cpetit", Event("outgoing", {"id": "7", "state": "sent"}))
    assert page.event() == (
        "outgoing",
        {"kind": "outgoing", "id": "7", "state": "sent"},
    )


def test_a_page_hears_its_own_mailboxes_only(service: Service) -> None:
    page = service.listen("cpetit", "ce.0869001s")
    publish("ldurand", Event("folder", {"folder": "INBOX"}))
    publish("ce.0869001s", Event("folder", {"folder": "Sent"}))
    assert page.event()[1]["folder"] == "Sent"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'"kind"',
        b"{}",
        b'{"kind": 7}',
        b'{"kind": "a\\nb"}',
        b'{"kind":\n"outgoing"}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_event_is_skipped(service: Service, data: bytes) -> None:
    page = service.listen("cpetit")
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.publish(channel("cpetit"), data)
    publish("cpetit", Event("folder", {"folder": "Sent"}))
    assert page.event() == ("folder", {"kind": "folder", "folder": "Sent"})
    assert service.application.hub.connected


def test_two_pages_hear_the_same_event(service: Service) -> None:
    pages = [service.listen("cpetit") for _ in range(2)]
    publish("cpetit", Event("folder", {"folder": "INBOX"}))
    assert [page.event()[1]["folder"] for page in pages] == ["INBOX", "INBOX"]


def test_a_page_that_leaves_is_forgotten(service: Service) -> None:
    page = service.listen("cpetit")
    assert len(service.application.hub) == 1
    page.close()
    until(lambda: len(service.application.hub) == 0)


def test_a_quiet_stream_beats(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "HEARTBEAT_SECONDS", 0.05)
    page = service.listen("cpetit")
    page.watched()
    assert page.lines(1) == [": "]


def test_a_stream_ends_so_that_rights_are_asked_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "STREAM_SECONDS", 0.05)
    assert service.listen("cpetit").response.read().count(b"event:") <= 2


def test_a_page_is_told_to_ask_again_when_redis_returns(
    service: Service, redis: Stack
) -> None:
    page = service.listen("cpetit")
    redis.restart("redis")
    assert page.event() == ("resumed", {"kind": "resumed"})
    until(lambda: publish("cpetit", Event("folder", {"folder": "INBOX"})))
    assert page.event()[0] == "folder"


@pytest.mark.parametrize(
    "ticket",
    ["", "forged", tickets.issue(["cpetit"])[:-2]],
    # a ticket holds its hour: it may not be part of a test's name
    ids=["none", "forged", "cut"],
)
def test_a_forged_ticket_is_refused(service: Service, ticket: str) -> None:
    assert service.status(f"/evenements/?billet={ticket}") == 403


def test_an_old_ticket_is_refused(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tickets, "LIFETIME", -1)
    ticket = tickets.issue(["cpetit"])
    assert service.status(f"/evenements/?billet={ticket}") == 403


def test_only_beside_the_site_may_another_origin_listen(
    service: Service, settings: Settings
) -> None:
    def allowed() -> str | None:
        return service.listen("cpetit").response.headers["Access-Control-Allow-Origin"]

    assert allowed() is None
    settings.LIVE_PORT = 8001
    assert allowed() == "*"


def test_a_page_that_does_not_read_is_told_to_ask_for_everything() -> None:
    hub = Hub()
    with hub.listening(["cpetit"]) as queue:
        for number in range(BACKLOG + 1):
            hub.tell("cpetit", Event("folder", {"folder": str(number)}))
        told = [queue.get_nowait() for _ in range(queue.qsize())]
    assert told[0].startswith(b"event: resumed")
    assert told[1].count(b'"folder":"64"') == 1
    assert len(told) == 2


def test_an_unknown_host_is_refused(service: Service) -> None:
    ticket = tickets.issue(["cpetit"])
    path = f"/evenements/?billet={ticket}"
    assert service.status(path, host="elsewhere.test") == 400


def test_another_path_is_not_there(service: Service) -> None:
    assert service.status("/courrier/") == 404


def test_health_tells_whether_redis_is_heard(service: Service, redis: Stack) -> None:
    assert service.status("/sante") == 200
    redis.stop("redis")
    until(lambda: service.status("/sante") == 503)
    redis.start("redis")
    until(lambda: service.status("/sante") == 200)
