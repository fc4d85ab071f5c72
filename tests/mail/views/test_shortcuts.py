from __future__ import annotations

import pytest

from accounts import preferences
from accounts.models import User
from tests.mail.views.conftest import Desk

pytestmark = pytest.mark.django_db


def test_the_help_names_every_key(desk: Desk) -> None:
    page = desk.visitor.get("/raccourcis/").content.decode()
    assert "Archiver" in page
    assert "<kbd>g</kbd> <kbd>i</kbd>" in page
    assert "<kbd>↓</kbd>" in page


def test_the_help_is_a_dialog_over_the_page(desk: Desk) -> None:
    answer = desk.visitor.get("/raccourcis/", headers={"HX-Request": "true"})
    assert b"<modal-dialog><dialog" in answer.content
    assert b"<html" not in answer.content


def test_the_page_has_its_keys_unless_they_are_off(desk: Desk) -> None:
    assert "<hot-keys" in desk.get().content.decode()
    preferences.choose(User.objects.get(), shortcuts=False)
    page = desk.get().content.decode()
    assert "<hot-keys" not in page
    assert "aria-keyshortcuts" not in page
