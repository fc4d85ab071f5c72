"""What a page is answered when it asks what is new."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
GONE = "Ce message n’est plus dans ce dossier"


class Page:
    """An open list and what it asks."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.html = desk.get().content.decode()

    def shown(self, name: str) -> str:
        found = re.search(f'data-{name}="([^"]*)"', self.html)
        assert found, name
        return found[1]

    def ask(self, **more: Any) -> str:
        """The update, "" when there is none."""
        query = {"etat": self.shown("state"), **more}
        path = self.desk.path(rest="nouveautes/")
        headers = {"HX-Request": "true", "X-Background": "1"}
        answer = self.desk.visitor.get(path, query, headers=headers)
        assert answer.status_code in (200, 204)
        return answer.content.decode()

    def open(self, uid: int) -> dict[str, Any]:
        html = self.desk.get(rest=f"{uid}/").content.decode()
        found = re.search(r'data-uidvalidity="(\d+)"', html.partition("reader")[2])
        assert found
        return {"ouvert": uid, "v": found[1]}


def test_nothing_new_is_an_empty_answer(desk: Desk) -> None:
    page = Page(desk)
    assert page.ask() == ""
    desk.box.deliver(letter("Tout neuf"))
    assert "Tout neuf" in page.ask()


@pytest.mark.parametrize("flag", ["\\Seen", "\\Flagged", "$label1"])
def test_a_flag_is_a_change(desk: Desk, flag: str) -> None:
    uid = desk.box.deliver(letter())
    page = Page(desk)
    with desk.box.opened("INBOX") as client:
        client.uid("STORE", str(uid), "+FLAGS", f"({flag})")
    assert "Conseil de classe" in page.ask()


def test_another_folder_changes_the_counts_only(desk: Desk) -> None:
    desk.box.deliver(letter("Ici"))
    page = Page(desk)
    desk.box.deliver(letter("Ailleurs"), "Archive")
    told = page.ask()
    assert "folders__count" in told
    assert "Ici" not in told
    assert "Ici" in page.ask(etat="autre")
    page.html = told
    assert page.ask() == ""


def test_what_came_is_announced_once(desk: Desk) -> None:
    first = desk.box.deliver(letter("Ancien"))
    page = Page(desk)
    desk.box.deliver(letter("<hx-partial>"))
    told = page.ask(vu=first)
    assert "Nouveau message de Parents\u00a0: &lt;hx-partial&gt;" in told
    desk.box.deliver(letter("Encore"))
    told = page.ask(vu=first)
    assert "2 nouveaux messages." in told
    assert "arrivals" in told
    assert "arrivals" not in page.ask(vu=first + 2)
    assert "arrivals" not in page.ask(vu=first, non_lus="1")


def test_an_open_message_shows_what_others_do_with_it(desk: Desk) -> None:
    uid = desk.box.deliver(letter())
    page = Page(desk)
    opened = page.open(uid)
    with desk.box.opened("INBOX") as client:
        client.uid("STORE", str(uid), "+FLAGS", "(\\Flagged)")
        assert "Ne plus suivre" in page.ask(**opened).partition('hx-target="#flag"')[2]
        assert GONE not in page.ask(**opened)
        client.uid("MOVE", str(uid), "Trash")
    assert GONE in page.ask(**opened)
    assert GONE not in page.ask()


def test_a_folder_made_anew_has_none_of_the_old_messages(desk: Desk) -> None:
    uid = desk.box.deliver(letter())
    page = Page(desk)
    told = page.ask(etat="autre", ouvert=uid, v=1)
    assert GONE in told


def test_a_message_alone_is_told_without_the_list(desk: Desk) -> None:
    uid = desk.box.deliver(letter("Ouvert"))
    page = Page(desk)
    page.html = desk.get(rest=f"{uid}/").content.decode()
    assert page.shown("alone") == "1"
    opened = {"ouvert": uid, "v": page.shown("uidvalidity"), "seul": 1}
    assert page.ask(**opened) == ""
    desk.box.deliver(letter("Liste"))
    told = page.ask(**opened)
    assert "Liste" not in told
    assert 'data-alone="1"' in told
    assert "Liste" in page.ask(**{**opened, "seul": ""})


def test_links_of_the_list_do_not_keep_what_was_asked(desk: Desk) -> None:
    desk.box.deliver(letter())
    told = Page(desk).ask(etat="", vu=0, ouvert=3, v=4, non_lus="1")
    assert "?non_lus=1" in told
    for word in ("vu=", "ouvert=", "etat=", "v=4"):
        assert word not in told


@pytest.mark.parametrize(
    "query", [{"vu": "x"}, {"ouvert": "-1"}, {"etat": "a\r\nb"}, {"v": "9" * 30}]
)
def test_what_makes_no_sense_is_refused(desk: Desk, query: dict[str, str]) -> None:
    assert desk.get(rest="nouveautes/", **query).status_code == 400


def test_a_folder_that_is_gone_is_not_found(desk: Desk) -> None:
    assert desk.get("Inconnu", rest="nouveautes/").status_code == 404


def test_somebody_elses_news_are_not_found(desk: Desk) -> None:
    path = "/courrier/helene.moreau@ac-poitiers.test/INBOX/nouveautes/"
    assert desk.visitor.get(path).status_code == 404
