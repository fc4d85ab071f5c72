from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import filling, variables
from mail.messages import Address


def test_what_is_known_is_filled_and_the_rest_is_seen() -> None:
    text = "Bonjour {{ Prénom }}, {{prenom}} {{nom}} {{ classe }} {{CLASSE}} {{}} {x}"
    filled = variables.filled(text, {"prenom": "Anne", "nom": ""})
    assert filled == "Bonjour Anne, Anne {{nom}} {{ classe }} {{CLASSE}} {{}} {x}"
    assert variables.left(filled) == ("{{nom}}", "{{classe}}")


def test_a_value_is_text_and_is_filled_once() -> None:
    values = {"nom": "<b>{{date}}</b>", "date": "hier"}
    assert variables.filled("{{nom}}", values) == "<b>{{date}}</b>"
    assert "&lt;b&gt;" in variables.filled_html("{{nom}}", values)


@given(st.text())
def test_a_text_without_known_variables_is_as_it_was(text: str) -> None:
    assert variables.filled(text, {}) == text


@pytest.mark.parametrize(
    ("name", "given_name", "surname"),
    [
        ("Claire Dubois", "Claire", "Dubois"),
        ("DUBOIS-ROY Claire", "Claire", "DUBOIS-ROY"),
        ("Dubois, Claire", "Claire", "Dubois"),
        ("Secrétariat", "", "Secrétariat"),
        ("", "", ""),
    ],
)
def test_a_name_is_parted(name: str, given_name: str, surname: str) -> None:
    assert filling.parted(name) == (given_name, surname)


def test_of_several_recipients_nothing_is_known() -> None:
    one = Address("Claire Dubois", "c@mairie.test")
    assert filling.of_recipient([one])["prenom"] == "Claire"
    assert filling.of_recipient([one, Address("", "d@mairie.test")]) == {}
