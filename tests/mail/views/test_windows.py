"""A conversation of more messages than a page has: read whole, by pages, live."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.http import HttpResponse

from mail import conversing, threading
from mail.imap import orders, threads
from mail.views import growing
from tests.mail.views.conftest import Desk
from tests.mail.views.test_conversations import deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def long(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Seven messages here, one sent; a row has two of them, a page three."""
    for module in (threading, orders):
        monkeypatch.setattr(module, "MESSAGES_MAX", 2)
    monkeypatch.setattr(conversing, "PAGE", 3)
    deliver(desk, "s", folder="Sent", sender=f"Moi <{desk.address}>")
    for number in range(1, 8):
        deliver(desk, f"m{number}", "s")
    return desk


def page(desk: Desk, rest: str, **query: str) -> str:
    return desk.get(rest=rest, **query).content.decode()


def numbers(html: str) -> list[int]:
    """Which of its messages a page shows."""
    return [int(n) for n in re.findall(r"Message (\d+) sur 8", html)]


def told(html: str) -> str:
    [nav] = re.findall(r'id="conversation-pages".*?</nav>', html, re.DOTALL)
    return unescape(" ".join(re.sub(r"<[^<>]+>|^[^>]*>", " ", nav).split()))


def test_it_is_read_whole_by_its_links(long: Desk) -> None:
    assert page(long, "").count('<li class="row') == 4
    html, seen = page(long, "7/conversation/"), []
    assert "8 messages dont 1 dans un autre dossier" in unescape(
        " ".join(re.findall(r'conversation-count">([^·]*) ·', html)[0].split())
    )
    while True:
        seen.append((told(html), numbers(html)))
        links = re.findall(r'href="[^"]*(\?jusque=\d+)"[^>]*>.{0,200}précédents', html)
        if not links:
            break
        html = page(long, "7/conversation/" + links[0])
    assert seen == [
        ("Les 3 derniers messages sur 8 Messages précédents", [6, 7, 8]),
        (
            "Les messages 3 à 5 sur 8 Messages précédents Messages suivants",
            [3, 4, 5],
        ),
        ("Les messages 1 à 2 sur 8 Messages suivants", [1, 2]),
    ]
    # the toolbar is that of the conversation everywhere
    assert 'value="7,6,5,4,3,2,1"' in html
    assert 'id="message-7"' in html


def test_an_older_row_leads_to_its_own_messages(long: Desk) -> None:
    assert numbers(page(long, "4/conversation/")) == [3, 4, 5]
    html = page(long, "4/conversation/", tout="1", jusque="5")
    assert html.count('class="reader__text"') == 3
    assert "?jusque=2&amp;tout=1" in html


def test_an_older_page_reads_nothing_else(long: Desk) -> None:
    with long.box.opened("INBOX") as client:
        client.uid("STORE", "7", "-FLAGS", r"(\Seen)")
    page(long, "7/conversation/", jusque="3")
    assert r"\Seen" not in long.box.flags(7)


def test_paper_says_what_is_not_on_it(long: Desk) -> None:
    html = page(long, "7/conversation/impression/")
    assert html.count('class="reader__text"') == 3
    assert "Les 3 derniers messages sur 8" in html
    assert 'href="?jusque=5"' in html
    assert "Les messages 3 à 5" in page(long, "7/conversation/impression/", jusque="5")


def test_it_grows_on_its_newest_page_only(long: Desk) -> None:
    for jusque, came in (("8", [9]), ("5", [])):
        html = page(long, "7/conversation/", jusque=jusque)
        query = {"feuilles": shown(html), "fil": "1", "ouvert": "7"}
        query |= {"anciens": "1"} if " data-older" in html else {}
        deliver(long, f"n{jusque}", "s")
        update = ask(long, "7/conversation/ailleurs/", **query).content.decode()
        assert update.count("leaf-came") == len(came)
        for number in came:
            assert f"Message {number} sur 9" in update
    assert "Les messages 3 à 5 sur 10" in update


def test_what_is_found_later_makes_pages_too(long: Desk) -> None:
    """Five older messages of another folder beside the two that are shown."""
    known = growing.shown("ab.6.7")
    names = [f"leaf-cd-{n}" for n in range(1, 6)] + list(known)
    window = growing._window(names, known, older=False)
    assert (window.first, window.last, window.total) == (5, 7, 7)


def test_of_one_without_end_a_part_is_read_and_said(
    long: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (threads, conversing):
        monkeypatch.setattr(module, "TOGETHER_MAX", 4)
    html = page(long, "7/conversation/")
    assert "trop longue pour être réunie" in html
    assert 'value="7,6,5,4"' in html
    assert "trop longue" in page(long, "2/conversation/")


@pytest.mark.parametrize("jusque", ["0", "-1", "x", "9" * 20])
def test_a_page_that_is_none_is_refused(long: Desk, jusque: str) -> None:
    assert long.get(rest="7/conversation/", jusque=jusque).status_code == 400
    assert long.get(rest="7/conversation/", jusque="999999").status_code == 200


def shown(html: str) -> str:
    folders: dict[str, list[str]] = {}
    for folder, uid in re.findall(r'<li id="leaf-(\w+)-(\d+)"', html):
        folders.setdefault(folder, [folder]).append(uid)
    return "_".join(".".join(words) for words in folders.values())


def ask(desk: Desk, rest: str, **query: str) -> HttpResponse:
    headers = {"HX-Request": "true"}
    return desk.visitor.get(desk.path(rest=rest), query, headers=headers)  # type: ignore[return-value]
