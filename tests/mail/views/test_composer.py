"""The page on which one writes: quick, and one's own."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from mail.models import Template
from tests.mail.views.conftest import Desk

pytestmark = pytest.mark.django_db


def page(desk: Desk, **query: str) -> str:
    return desk.visitor.get(f"/ecrire/{desk.address}/", query).content.decode()


def test_it_asks_the_database_little_and_each_thing_once(desk: Desk) -> None:
    page(desk)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page(desk)
    assert len(asked) <= 8
    assert len({query["sql"] for query in asked}) == len(asked)


def test_what_one_form_holds_is_not_on_the_next(desk: Desk) -> None:
    """Its pieces are kept, what stands in them is not."""
    Template.objects.create(name="Relance", text="Bonjour", author=User.objects.get())
    refused = desk.write(
        to="mauvaise", cc="c@mairie.test", subject="Privé", text="Confidentiel",
        reply_to="r@mairie.test", receipt="on", follow="hier", sender="x@mairie.test",
    )  # fmt: skip
    shown = refused.content.decode()
    for typed in ("mauvaise", "c@mairie.test", "Privé", "Confidentiel", "r@mairie"):
        assert typed in shown
    assert re.search(r'name="receipt"[^>]* checked', shown)
    other = desk.write(to="b@mairie.test", reply_to="mauvaise").content.decode()
    assert other.count('aria-invalid="true"') == 1
    Template.objects.all().delete()
    after = page(desk)
    for typed in ("mauvaise", "mairie.test", "Privé", "Confidentiel", "Relance"):
        assert typed not in after
    assert " checked" not in re.findall(r'<input[^>]*name="receipt"[^>]*>', after)[0]
    assert 'aria-invalid="true"' not in after


def test_a_text_is_plain_or_formatted_as_its_own_form_has_it(desk: Desk) -> None:
    for html in ("<p>Un</p>", "", "<p>Deux</p>"):
        shown = desk.write(open="1", text="Un", html=html).content.decode()
        [pressed] = re.findall(r'data-switch aria-pressed="(\w+)"', shown)
        assert pressed == ("false" if html else "true")


def test_each_option_is_as_its_own_form_has_it(desk: Desk) -> None:
    options = {"receipt": "on", "notify": "on", "reply_to": "r@mairie.test"}
    for name, value in options.items():
        shown = desk.write(**{name: value}).content.decode()
        ticked = re.findall(r'<input[^>]*name="(\w+)"[^>]* checked', shown)
        assert ticked == [name] * (value == "on")


def test_what_a_form_holds_is_text(desk: Desk) -> None:
    shown = page(desk, a='"><b>', objet="</textarea><b>kept-x;")
    assert "<b>" not in shown
    assert "kept-x;" in shown
