from __future__ import annotations

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from convergence.errors import MailUnavailable, NotFound
from convergence.failures import answer_to, error_response
from convergence.middleware import HostMiddleware, SecurityHeadersMiddleware

REFERENCE = re.compile(r"[0-9A-F]{4}-[0-9A-F]{2}")


def _hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse(getattr(request, "door", None) and request.door.kind)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("messagerie.localhost", "nominative"),
        ("MESSAGERIE.localhost:8000", "nominative"),
        ("bal.localhost:8000", "functional"),
    ],
)
def test_each_host_is_a_door(rf: RequestFactory, host: str, kind: str) -> None:
    response = HostMiddleware(_hello)(rf.get("/", headers={"host": host}))
    assert response.content.decode() == kind


@pytest.mark.parametrize(
    "host", ["attacker.test", "", "messagerie.localhost.attacker.test", "localhost:80"]
)
def test_it_refuses_an_unknown_host(rf: RequestFactory, host: str) -> None:
    response = HostMiddleware(_hello)(rf.get("/", headers={"host": host}))
    assert response.status_code == 400


def test_every_answer_carries_the_security_headers(rf: RequestFactory) -> None:
    response = SecurityHeadersMiddleware(_hello)(rf.get("/"))
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_each_answer_has_its_own_nonce(rf: RequestFactory) -> None:
    middleware = SecurityHeadersMiddleware(_hello)
    policies = {middleware(rf.get("/"))["Content-Security-Policy"] for _ in range(2)}
    assert len(policies) == 2


def test_an_error_page_shows_its_reference(rf: RequestFactory) -> None:
    error = MailUnavailable()
    response = error_response(rf.get("/"), error)
    assert response.status_code == 503
    assert error.reference in response.content.decode()
    assert REFERENCE.fullmatch(response["X-Reference"])


def test_an_error_answered_to_htmx_goes_to_the_notices(rf: RequestFactory) -> None:
    request = rf.get("/", headers={"hx-request": "true"})
    response = error_response(request, NotFound())
    assert response["HX-Retarget"] == "#notices"
    assert "<html" not in response.content.decode()


def test_an_unexpected_error_tells_nothing_of_its_cause(rf: RequestFactory) -> None:
    response = answer_to(rf.get("/"), RuntimeError("secret of the house"))
    assert response.status_code == 500
    assert "secret" not in response.content.decode()
