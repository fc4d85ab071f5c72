"""What an answer holds below the lines De, Envoyé, À, Objet is folded when the message
that it answers says all of it; else it may be an answer between its lines."""

from __future__ import annotations

import pytest

from mail import repeating
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db

ASKED = "<p>Qui vient mardi ?</p><p>Faut-il un <b>car</b> ?</p><p>Oui ou non ?</p>"
BLOCK = (
    "<div><div style='border-top:solid 1pt'><p><b>De :</b> Chantal &lt;c@x.test&gt;<br>"
    "<b>Envoyé :</b> lundi 23 novembre 2026 08:05<br><b>À :</b> Moi<br>"
    "<b>Objet :</b> Sortie</p></div></div>"
)
BETWEEN = {
    "a line": ASKED.replace("<p>Faut", "<p>Moi, avec ma classe.</p><p>Faut"),
    "one of its own words": ASKED.replace("<p>Faut", "<p>Oui.</p><p>Faut"),
    "a line at the end": f"{ASKED}<p>Mardi.</p>",
    "a word in a line": ASKED.replace("mardi ?", "mardi ? Karim !"),
    "a tick": ASKED.replace("car</b> ?", "car</b> ? ✔"),
    "a picture": f"{ASKED}<img src='https://x.test/a.png' width=9 height=9>",
    "what looks like a head": f"<p>Objet : le car, oui.</p>{ASKED}",
}


def asks(desk: Desk, folder: str = "Sent", **made: str) -> None:
    more = {"Message-ID": "<a@x.test>"}
    desk.box.deliver(letter("Sortie", **made, **more), folder)


def answer(desk: Desk, quoted: str = ASKED, name: str = "<a@x.test>") -> str:
    """The opening of the fold in the frame of an answer."""
    html = f"<div><p>D’accord.</p>{BLOCK}{quoted}</div>"
    more = {"In-Reply-To": name} if name else {}
    uid = desk.box.deliver(letter("RE: Sortie", html=html, **more))
    page = desk.get(rest=f"{uid}/corps/2/").content.decode()
    return page.partition('<details class="quotation quotation--headed"')[2][:6]


@pytest.mark.parametrize("folder", ["Sent", "INBOX", "Classe"])
def test_what_only_repeats_is_folded(desk: Desk, folder: str) -> None:
    asks(desk, folder, html=ASKED)
    assert answer(desk) == "><summ"
    assert r"\Seen" not in desk.box.flags(1, folder)


def test_a_text_is_repeated_in_other_lines(desk: Desk) -> None:
    asks(desk, text="Qui vient\nmardi ?\n\nFaut-il un car ?\nOui ou non ?\nChantal\n")
    assert answer(desk) == "><summ"


@pytest.mark.parametrize("way", BETWEEN)
def test_an_answer_between_the_lines_is_read_at_once(desk: Desk, way: str) -> None:
    asks(desk, html=ASKED)
    assert answer(desk, BETWEEN[way]) == " open>"


@pytest.mark.parametrize("name", ["", "<b@x.test>"])
def test_so_is_what_is_not_at_hand(desk: Desk, name: str) -> None:
    asks(desk, html=ASKED)
    assert answer(desk, name=name) == " open>"


def test_what_was_quoted_in_turn_is_of_a_message_before(desk: Desk) -> None:
    asks(desk, "INBOX", html=ASKED)
    told = "Le 22 nov. 2026 à 8:05, Lina a écrit :"
    more = {"Message-ID": "<b@x.test>", "References": "<a@x.test>"}
    desk.box.deliver(letter("Re: Sortie", "Mardi, oui.", **more), "Sent")
    for before, expected in ((ASKED, "><summ"), (BETWEEN["a line"], " open>")):
        quoted = f"<p>Mardi, oui.</p><p>{told}</p>{before}"
        uid = len(desk.box.messages()) + 1
        html = f"<div><p>Merci.</p>{BLOCK}{quoted}</div>"
        cites = {"References": "<a@x.test> <b@x.test>", "In-Reply-To": "<b@x.test>"}
        desk.box.deliver(letter("RE: Sortie", html=html, **cites))
        page = desk.get(rest=f"{uid}/corps/2/").content.decode()
        assert f'quotation--headed"{expected}' in page


def test_the_lines_that_say_whose_it_is_are_left_out() -> None:
    head = " De : C <c@x>\nEnvoyé : lundi\n\nÀ : M\nObjet : S\nImportance : Haute\n"
    assert repeating.pieces(f"\n{head}\nOui\n\n> Lina wrote:\n> Non") == [
        "Oui",
        "> Non",
    ]
    assert repeating.pieces(f"{head}Objet : oui") == ["Objet : oui"]
    assert repeating.pieces("De : moi\nNon\nDate : mardi\nÀ : Poitiers") == [
        "De : moi\nNon\nDate : mardi\nÀ : Poitiers"
    ]
