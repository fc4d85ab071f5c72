"""Other ways to see a message: its text, another character set, a light ground."""

from __future__ import annotations

import re

import pytest

from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
HTML = "<p>Bonjour <b>tous</b></p>"


def shown(desk: Desk, uid: int, **query: str) -> str:
    return desk.get(rest=f"{uid}/", **query).content.decode()


def document(desk: Desk, page: str) -> str:
    found = re.search(r'<iframe[^>]* src="([^"]*)"', page)
    assert found
    answer = desk.visitor.get(found[1].replace("&amp;", "&"))
    return answer.content.decode()


def test_the_text_of_an_html_message(desk: Desk) -> None:
    uid = desk.box.deliver(letter(text="Bonjour en texte", html=HTML))
    page = shown(desk, uid, vue="texte")
    assert "<iframe" not in page
    assert "Bonjour en texte" in page
    assert "trop long" not in page
    assert "<iframe" in shown(desk, uid)


def test_the_text_of_html_alone(desk: Desk) -> None:
    message = b"Content-Type: text/html\r\n\r\n" + HTML.encode()
    page = shown(desk, desk.box.deliver(message), vue="texte")
    assert "Bonjour tous" in page
    assert "<iframe" not in page
    assert "trop long" not in page


def test_another_character_set(desk: Desk) -> None:
    body = "Привет".encode("koi8-r")
    head = b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\n"
    uid = desk.box.deliver(head + body)
    assert "Привет" not in shown(desk, uid)
    assert "Привет" in shown(desk, uid, codage="koi8-r")


def test_another_character_set_in_the_frame(desk: Desk) -> None:
    body = "<p>Привет".encode("koi8-r")
    head = b"Content-Type: text/html; charset=iso-8859-1\r\n\r\n"
    uid = desk.box.deliver(head + body)
    assert "Привет" not in document(desk, shown(desk, uid))
    assert "Привет" in document(desk, shown(desk, uid, codage="koi8-r"))
    assert "Привет" not in document(desk, shown(desk, uid))


@pytest.mark.parametrize("query", [{"codage": "zlib"}, {"vue": "x"}, {"police": "é"}])
def test_what_is_not_known_is_ignored(desk: Desk, query: dict[str, str]) -> None:
    uid = desk.box.deliver(letter("Objet", "Texte"))
    assert "Texte" in shown(desk, uid, **query)


def test_letters_of_one_width(desk: Desk) -> None:
    uid = desk.box.deliver(letter("Objet", "Texte"))
    assert "reader__text--mono" not in shown(desk, uid)
    assert "reader__text--mono" in shown(desk, uid, police="fixe")


def test_the_frame_follows_the_theme(desk: Desk) -> None:
    uid = desk.box.deliver(letter(html=HTML))
    assert 'data-theme="auto"' in document(desk, shown(desk, uid))
    desk.visitor.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in document(desk, shown(desk, uid))
    assert 'data-theme="light"' in document(desk, shown(desk, uid, fond="clair"))


def test_a_print_is_light(desk: Desk) -> None:
    uid = desk.box.deliver(letter(html=HTML))
    desk.visitor.cookies["theme"] = "dark"
    page = desk.get(rest=f"{uid}/impression/").content.decode()
    assert 'data-theme="light"' in document(desk, page)


def test_a_message_cannot_choose_the_theme(desk: Desk) -> None:
    html = '<html data-theme="x" data-ground="dark"><p data-theme="y">x'
    uid = desk.box.deliver(letter(html=html))
    made = document(desk, shown(desk, uid))
    assert made.count('data-theme="') == 1 + made.count('[data-theme="')
    assert 'html data-theme="auto" data-ground="light"' in made
