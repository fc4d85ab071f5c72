from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from tests.accounts.conftest import Visitor

pytestmark = pytest.mark.django_db


def test_the_site_says_that_it_can_serve() -> None:
    assert Visitor().get("/sante/").json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/accessibilite/", "/mentions-legales/"])
@pytest.mark.parametrize("door", ["nominative", "functional"])
def test_the_pages_that_the_law_asks_for_are_open(path: str, door: str) -> None:
    response = Visitor(door).get(path)
    assert response.status_code == 200
    assert "<h1" in response.content.decode()
    assert Visitor(door).head(path).status_code == 200


def test_the_page_of_components_is_for_developers(settings: Settings) -> None:
    settings.DEBUG = False
    assert Visitor().get("/composants/").status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.test",
        "messagerie.localhost.evil.test",
        "evil.test:80@messagerie.localhost",
        "messagerie.localhost@evil.test",
        "messagerie.localhost/evil",
        "messagerie.localhost, evil.test",
        "messagerie.localhost\tx",
        "127.0.0.1",
        "[::1]",
    ],
)
def test_an_unknown_host_is_refused_with_no_page(host: str) -> None:
    response = Visitor().get("/connexion/", headers={"host": host})
    assert response.status_code == 400
    assert "<" not in response.content.decode()
    assert response["X-Content-Type-Options"] == "nosniff"


def test_another_host_in_a_forwarding_header_is_not_believed() -> None:
    headers = {"x-forwarded-host": "evil.test"}
    page = Visitor().get("/connexion/", headers=headers).content.decode()
    assert "evil.test" not in page
