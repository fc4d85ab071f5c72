"""Whatever goes wrong: a page of ours, a reference, a line in the log."""

from __future__ import annotations

import io
import json
import logging
import re
import time
from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from pytest_django.fixtures import Settings

from convergence import urls, views
from convergence.errors import MailUnavailable, NotFound
from convergence.logs import JsonFormatter
from convergence.openness import public
from tests.accounts.conftest import Visitor

pytestmark = pytest.mark.django_db
REFERENCE = re.compile(r"[0-9A-F]{4}-[0-9A-F]{2}")
RAISED: list[BaseException] = []


@public
def broken(request: HttpRequest) -> HttpResponse:
    raise RAISED.pop()


# this module is the URLconf of its tests
urlpatterns = [path("panne/", broken), *urls.urlpatterns]
handler400 = handler403 = handler404 = views.refused
handler500 = views.failed


@pytest.fixture
def visitor(settings: Settings) -> Visitor:
    settings.ROOT_URLCONF = __name__
    return Visitor(raise_request_exception=False)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the process writes."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def lines(log: io.StringIO, reference: str) -> list[dict[str, object]]:
    entries = [json.loads(line) for line in log.getvalue().splitlines()]
    return [entry for entry in entries if entry.get("reference") == reference]


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (RuntimeError("x"), 500, "Une erreur est survenue."),
        (IntegrityError("x"), 500, "Une erreur est survenue."),
        (OperationalError("database is locked"), 503, "base de données"),
        (PermissionDenied("x"), 403, "pas le droit"),
        (MailUnavailable(), 503, "serveur de messagerie"),
        (NotFound(), 404, "n’existe pas"),
    ],
)
def test_an_error_is_a_page_with_a_reference(
    visitor: Visitor, log: io.StringIO, error: Exception, status: int, sentence: str
) -> None:
    RAISED.append(error)
    response = visitor.get("/panne/")
    page = response.content.decode()
    assert response.status_code == status
    assert sentence in page
    assert REFERENCE.fullmatch(response["X-Reference"])
    assert response["X-Reference"] in page
    assert "Traceback" not in page
    assert response["Cache-Control"] == "no-store"
    assert len(lines(log, response["X-Reference"])) == 2  # the error, the request


def test_the_log_says_where_and_nothing_personal(
    visitor: Visitor, log: io.StringIO
) -> None:
    secret = "Chère Madame kbenali@ac-poitiers.test Conseil de classe Secret-2026"
    RAISED.append(RuntimeError(secret))
    response = visitor.post(f"/panne/?recherche={secret}", {"password": secret})
    [entry, _request] = lines(log, response["X-Reference"])
    assert entry["error"] == "RuntimeError"
    assert "test_failures.py" in str(entry["where"])
    for word in ("Madame", "kbenali", "Conseil", "Secret"):
        assert word not in log.getvalue()


def test_the_cause_of_a_breakdown_is_logged_without_addresses(
    visitor: Visitor, log: io.StringIO
) -> None:
    error = MailUnavailable()
    error.__cause__ = OSError("no route for kbenali@ac-poitiers.test to imap:993")
    RAISED.append(error)
    response = visitor.get("/panne/")
    [entry, _request] = lines(log, response["X-Reference"])
    assert "no route for" in str(entry["cause"])
    assert "kbenali" not in log.getvalue()


def test_an_error_before_the_view_has_its_line_too(
    visitor: Visitor, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*args: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("accounts.sessions.SessionStore.load", locked)
    visitor.cookies["session"] = "x" * 32
    response = visitor.get("/connexion/")
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert "base de données" in response.content.decode()
    assert lines(log, response["X-Reference"])[0]["error"] == "Unavailable"


@pytest.mark.parametrize("where", ["/rien/", "/courrier/x/", "/a\x00b/", "/é/%ff/"])
def test_an_address_that_is_none_is_a_page(visitor: Visitor, where: str) -> None:
    response = visitor.get(where)
    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.content.decode()


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart"])
def test_a_big_form_is_refused_before_it_is_read(visitor: Visitor, kind: str) -> None:
    begin = time.monotonic()
    big = "x" * (10 * 1024 * 1024)
    if kind == "multipart":
        response = visitor.post("/connexion/", {"username": big})
    else:
        response = visitor.post("/connexion/", f"username={big}", content_type=kind)
    assert response.status_code == 413
    assert "trop volumineux" in response.content.decode()
    assert time.monotonic() - begin < 5


def test_a_form_inside_has_its_limit_too(visitor: Visitor, settings: Settings) -> None:
    settings.BODY_MAX_BYTES = 1000
    response = visitor.post("/billet/", {"x": "y" * 1000})
    assert response.status_code == 413


@pytest.fixture
def careful() -> Visitor:
    """A browser that has seen the form: the next one is read to look for its token."""
    visitor = Visitor(enforce_csrf_checks=True)
    visitor.get("/connexion/")
    return visitor


def test_too_many_fields_are_refused(careful: Visitor) -> None:
    body = "&".join(f"a{n}=1" for n in range(2001))
    kind = "application/x-www-form-urlencoded"
    response = careful.post("/connexion/", body, content_type=kind)
    assert response.status_code == 413
    assert "trop volumineux" in response.content.decode()


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=é"]
)
def test_a_broken_form_is_refused(careful: Visitor, kind: str) -> None:
    response = careful.post("/connexion/", b"--x\r\n", content_type=kind)
    assert response.status_code == 400
    assert "pas valable" in response.content.decode()


def test_an_error_answered_to_htmx_is_a_notice(visitor: Visitor) -> None:
    RAISED.append(MailUnavailable())
    response = visitor.get("/panne/", headers={"hx-request": "true"})
    assert response.status_code == 503
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#notices", "beforeend")
    assert "HX-Request" in response["Vary"]
    assert "<html" not in response.content.decode()


def test_a_link_where_a_form_was_meant_is_a_page(visitor: Visitor) -> None:
    response = visitor.get("/langue/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "ne se fait pas par un lien" in response.content.decode()
