from __future__ import annotations

from pytest_django.fixtures import Settings

from convergence.doors import Door, door, door_of


def test_a_host_leads_to_its_door(settings: Settings) -> None:
    settings.DOORS = (Door("nominative", "Mail.Test", "M"),)
    for host in ("mail.test", "MAIL.test", "mail.test:8000", "mail.test."):
        found = door_of(host)
        assert found is not None
        assert found.kind == "nominative"
    assert door_of("test") is None


def test_a_door_is_found_by_its_kind() -> None:
    assert door("functional").kind == "functional"
