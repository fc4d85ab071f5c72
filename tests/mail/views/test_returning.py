"""Where one is again after a message was written: the list that one came from."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from mail.views import returning
from tests.mail.views.conftest import Desk, letter

UNIFIED = "/toutes-les-boites/?non_lus=1"


def carried(page: str) -> str:
    [found] = re.findall(r'name="back" value="([^"]*)"', page)
    return unescape(found)


def test_an_answer_leads_back_to_the_page_the_order_and_the_search(desk: Desk) -> None:
    uid = desk.box.deliver(letter("Réunion"))
    listed = f"{desk.path()}?{urlencode({'q': 'réunion', 'tri': 'objet', 'page': 3})}"
    link = (
        f"/ecrire/{desk.address}/INBOX/{uid}/reponse/?{urlencode({'retour': listed})}"
    )
    page = desk.visitor.get(link).content.decode()
    assert carried(page) == listed
    fields = {"to": "c@mairie.test", "back": listed, "origin_folder": "INBOX"}
    assert desk.write(**fields).headers["Location"] == listed
    # who gives it up is there again too
    assert desk.write(**fields, discard="1").headers["Location"] == listed


def test_a_message_of_the_list_over_all_mailboxes_leads_back_there(desk: Desk) -> None:
    uid = desk.box.deliver(letter())
    page = desk.get(rest=f"{uid}/", de="non-lus").content.decode()
    [link, *others] = re.findall(r'href="(/ecrire/[^"]+/reponse/[^"]*)"', page)
    assert others == [link]
    form = desk.visitor.get(unescape(link)).content.decode()
    assert carried(form) == UNIFIED
    answer = desk.write(to="c@mairie.test", back=UNIFIED, origin_folder="INBOX")
    assert answer.headers["Location"] == UNIFIED
    # who came from nowhere else has a plain link
    assert f'/{uid}/reponse/"' in desk.get(rest=f"{uid}/").content.decode()


def test_a_list_whose_folder_is_gone_gives_way_to_the_inbox(desk: Desk) -> None:
    answer = desk.write(to="c@mairie.test", back=desk.path("Disparu") + "?page=2")
    assert answer.headers["Location"] == desk.path()


@pytest.mark.parametrize(
    "told",
    [
        "",
        "https://attaquant.test/toutes-les-boites/",
        "//attaquant.test/toutes-les-boites/",
        "/\\attaquant.test/toutes-les-boites/",
        "//[/toutes-les-boites/",
        "/deconnexion/",
        "/courrier/a@b.test/INBOX/12/",
        "/courrier/a@b.test/%0AINBOX/",
        "javascript:alert(1)",
        "\x00",
    ],
)
def test_nothing_but_a_list_of_ours_is_gone_to(told: str) -> None:
    assert returning.way(told) is None


def test_a_way_is_made_anew_of_what_it_says() -> None:
    found = returning.way("/courrier/a@b.test/Projets~1%C3%A9t%C3%A9/?tri=objet#x")
    assert found
    assert (found.address, found.folder) == ("a@b.test", "Projets/été")
    assert found.path == "/courrier/a@b.test/Projets~1%C3%A9t%C3%A9/?tri=objet"
