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


class Exchange(Page):
    """An open conversation and what it asks; `leaves` are those that it shows."""

    def __init__(self, desk: Desk, uid: int) -> None:
        self.desk = desk
        self.html = desk.get(rest=f"{uid}/conversation/").content.decode()
        found = re.search(r'data-uidvalidity="(\d+)"', self.html)
        assert found
        names = re.findall(r'<li id="leaf-(\w+)-(\d+)"', self.html)
        shown = "_".join(f"{folder}.{each}+" for folder, each in names)
        self.more: dict[str, Any] = {
            "ouvert": uid,
            "v": found[1],
            "fil": 1,
            "feuilles": shown,
        }

    def ask(self, **more: Any) -> str:
        return super().ask(**self.more, **more)


@pytest.fixture
def exchange(desk: Desk) -> Exchange:
    for number in (1, 2):
        desk.box.deliver(answer(number), flags=("\\Seen",))
    return Exchange(desk, 2)


def answer(number: int, sender: str = "Lina <lina@x.test>") -> bytes:
    more = {"Message-ID": f"<{number}@x.test>"} | (
        {"References": "<1@x.test>"} if number > 1 else {}
    )
    return letter("Sortie", f"Texte {number}.", sender=sender, **more)


@pytest.mark.parametrize("folder", ["INBOX", "Sent", "Archive"])
def test_a_conversation_grows_where_it_is_open(exchange: Exchange, folder: str) -> None:
    uid = exchange.desk.box.deliver(answer(3, "Karim <k@x.test>"), folder)
    update = exchange.ask(seul=1)
    # of messages of one second the order is that of their numbers
    assert re.search(r'hx-target="#leaf-\w+-[12]" hx-swap="afterend show:none"', update)
    assert "sur 3<" in update
    assert "Nouveau message dans la conversation, de Karim." in update
    # it came folded: nobody has read it
    assert r"\Seen" not in exchange.desk.box.flags(uid, folder)
    assert "Texte 3." in update
    assert 'class="reader__text"' not in update
    assert ('value="3,2,1"' in update) is (folder == "INBOX")


def test_only_what_is_new_to_somebody_is_announced(exchange: Exchange) -> None:
    desk = exchange.desk
    desk.box.deliver(answer(3, f"Moi <{desk.address.title()}>"), "Sent")
    desk.box.deliver(answer(4), "Archive", flags=("\\Seen",))
    with desk.box.opened("INBOX") as client:
        client.append("INBOX", "", '"01-Jan-2026 08:00:00 +0100"', answer(5))
    update = exchange.ask()
    # they are there, in the places that are theirs
    assert "sur 5<" in update
    assert "dans la conversation, de" not in update
    desk.box.deliver(answer(6, "Karim <k@x.test>"))
    assert "Nouveau message dans la conversation, de Karim." in exchange.ask()


def test_what_leaves_a_conversation_stays_while_it_is_read(desk: Desk) -> None:
    for number in (1, 2, 3):
        desk.box.deliver(answer(number))
    exchange = Exchange(desk, 2)
    folded, read, _last = re.findall(r'<li id="leaf-(\w+-\d)"', exchange.html)
    exchange.more["feuilles"] = exchange.more["feuilles"].replace(".1+", ".1")
    for uid in (1, 2):
        desk.post("suppressions/", uid=uid)
    update = exchange.ask()
    assert f'hx-target="#leaf-{folded}" hx-swap="delete"' in update
    assert f'hx-target="#leaf-{read}-standing"' in update
    assert 'hx-target="#standing"' not in update


def test_a_conversation_whose_newest_message_left_is_still_followed(
    exchange: Exchange,
) -> None:
    exchange.desk.post("suppressions/", uid=2)
    exchange.more["feuilles"], _gone = exchange.more["feuilles"].split("_")
    exchange.html = Page(exchange.desk).html
    exchange.desk.box.deliver(answer(3, "Karim <k@x.test>"), "Archive")
    update = exchange.ask()
    assert "folders__count" in update
    assert "Nouveau message dans la conversation, de Karim." in update


@pytest.mark.parametrize(
    "leaves", ["x", "ab.1,2", "ab.", ".1", "ab.1_", "a" * 9 + ".1"]
)
def test_leaves_that_are_none_are_refused(exchange: Exchange, leaves: str) -> None:
    exchange.more["feuilles"] = leaves
    path = exchange.desk.path(rest="nouveautes/")
    found = exchange.desk.visitor.get(path, {"etat": "1.2", **exchange.more})
    assert found.status_code == 400
