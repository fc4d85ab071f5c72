from __future__ import annotations

import time

import pytest
from pytest_django.fixtures import Settings

from live import publishing
from live.events import Event
from live.publishing import publish


@pytest.fixture(autouse=True)
def _without_redis(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    monkeypatch.setattr(publishing, "_resting_until", 0.0)


def test_without_redis_it_says_no() -> None:
    assert publish("cpetit", Event("folder")) is False


def test_after_a_failure_redis_is_left_alone() -> None:
    publish("cpetit", Event("folder"))
    begin = time.perf_counter()
    assert publish("cpetit", Event("folder")) is False
    assert time.perf_counter() - begin < 0.001
