from __future__ import annotations

import re
from html import unescape

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory

from convergence.web import Notice, Undo, done, is_partial, remember, take_notices


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    request = rf.post("/")
    request.session = {}  # type: ignore[assignment]
    return request


@pytest.mark.parametrize(
    ("headers", "partial"),
    [
        ({}, False),
        ({"hx-request": "true"}, True),
        ({"hx-request": "true", "hx-history-restore-request": "true"}, False),
    ],
)
def test_only_htmx_asks_for_regions(
    rf: RequestFactory, headers: dict[str, str], partial: bool
) -> None:
    assert is_partial(rf.get("/", headers=headers)) is partial


def test_without_script_an_act_leads_to_a_page(request_: HttpRequest) -> None:
    response = done(request_, "x", then="/boites/", notice=Notice("Fait."))
    # 303: the browser asks for the page with GET
    assert (response.status_code, response["Location"]) == (303, "/boites/")
    assert take_notices(request_) == [Notice("Fait.")]


def test_a_notice_is_shown_once(request_: HttpRequest) -> None:
    undo = Undo("/annuler/", "Annuler", {"uid": "1"}, seconds=10)
    remember(request_, Notice("Supprimé.", undo=undo))
    remember(request_, Notice("Attention.", "warning"))
    assert [n.undo for n in take_notices(request_)] == [undo, None]
    assert take_notices(request_) == []


def test_each_way_back_says_what_it_takes_back(rf: RequestFactory) -> None:
    undo, request = Undo("/annuler/", "Annuler", {}), rf.get("/")
    told = ("2 messages archivés.", "Message <i>placé</i> dans la corbeille.")
    made = [
        render_to_string(
            "shared/_notice.html", {"notice": Notice(text, undo=undo)}, request
        )
        for text in told
    ]
    names = [
        re.findall(r'<button[^>]* aria-label="([^"]*)">Annuler</button>', m)
        for m in made
    ]
    assert [unescape(name) for [name] in names] == [
        f"Annuler – {text}" for text in told
    ]


def test_somebody_who_sees_no_page_is_told_the_latest(request_: HttpRequest) -> None:
    for number in range(50):
        remember(request_, Notice(f"Message {number} envoyé."))
    waiting = [notice.text for notice in take_notices(request_)]
    assert waiting[-1] == "Message 49 envoyé."
    assert len(waiting) <= 10
