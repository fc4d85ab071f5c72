from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from accounts.middleware import client_address
from tests.accounts.conftest import Visitor


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "192.0.2.1", "127.0.0.1"),
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "6.6.6.6, 192.0.2.1", "192.0.2.1"),
        (2, "6.6.6.6, 192.0.2.1, 10.0.0.1", "192.0.2.1"),
        (2, "192.0.2.1", "127.0.0.1"),
        (1, "unknown", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "'; drop table--", "127.0.0.1"),
        (1, " 2001:DB8::1 ", "2001:db8::1"),
    ],
)
def test_only_our_own_proxies_are_believed(
    rf: RequestFactory,
    settings: Settings,
    proxies: int,
    forwarded: str,
    address: str,
) -> None:
    settings.PROXY_COUNT = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert client_address(rf.get("/", headers=headers)) == address


def test_a_stranger_comes_back_to_their_page_after_sign_in(visitor: Visitor) -> None:
    response = visitor.get("/courrier/a@b.test/INBOX/?page=2")
    assert response.status_code == 302
    assert response["Location"] == (
        "/connexion/?next=%2Fcourrier%2Fa%40b.test%2FINBOX%2F%3Fpage%3D2"
    )


def test_a_form_of_an_expired_visit_is_not_sent_again(visitor: Visitor) -> None:
    assert visitor.post("/deconnexion/")["Location"] == "/connexion/"


def test_htmx_is_led_to_sign_in_with_the_page_that_is_open(visitor: Visitor) -> None:
    page = "http://messagerie.localhost:8000/courrier/a@b.test/INBOX/?page=2"
    headers = {"hx-request": "true", "hx-current-url": page}
    response = visitor.post("/deconnexion/", headers=headers)
    assert response.status_code == 204
    assert response["HX-Redirect"] == (
        "/connexion/?next=%2Fcourrier%2Fa%40b.test%2FINBOX%2F%3Fpage%3D2"
    )
    assert "HX-Request" in response["Vary"]


def test_the_page_of_another_site_is_only_a_path_here(visitor: Visitor) -> None:
    headers = {"hx-request": "true", "hx-current-url": "https://evil.test//evil.test/"}
    response = visitor.get("/boites/", headers=headers)
    assert response["HX-Redirect"] == "/connexion/?next=%2F%2Fevil.test%2F"
    # which sign-in refuses as a way back (views/test_sign_in.py)
