"""Pages are compressed for who opens them on purpose, for nobody else."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from convergence.compression import LEAST, CompressionMiddleware

PAGE = "<p>Bonjour.</p>" * 1000
MEANT = {
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Accept-Encoding": "gzip, deflate, br",
}


def answered(
    headers: dict[str, str], content: str = PAGE, kind: str = "text/html; charset=utf-8"
) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(content, content_type=kind)

    request = RequestFactory(headers=headers).get("/")
    return CompressionMiddleware(view)(request)


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_page_that_is_opened_on_purpose(site: str) -> None:
    answer = answered(MEANT | {"Sec-Fetch-Site": site})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert len(answer.content) < len(PAGE) / 10
    assert gzip.decompress(answer.content).decode() == PAGE
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "other",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Dest": "empty"},
        {"Accept-Encoding": "identity"},
    ],
)
def test_what_others_may_cause_to_be_asked(other: dict[str, str]) -> None:
    answer = answered(MEANT | other)
    assert "Content-Encoding" not in answer.headers
    assert answer.content.decode() == PAGE


def test_a_browser_that_does_not_say_why_it_asks() -> None:
    assert "Content-Encoding" not in answered({"Accept-Encoding": "gzip"}).headers


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PAGE[: LEAST - 1], "text/html"), (PAGE, "application/json")],
)
def test_what_is_no_page(content: str, kind: str) -> None:
    assert "Content-Encoding" not in answered(MEANT, content, kind).headers


def test_the_length_varies_by_chance() -> None:
    assert len({len(answered(MEANT).content) for _ in range(50)}) > 5
