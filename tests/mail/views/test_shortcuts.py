from __future__ import annotations

import re
from pathlib import Path

import pytest

from accounts import preferences
from accounts.models import User
from mail import shortcuts
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
SCRIPTS = Path(__file__).resolve().parents[3] / "static" / "js"


def test_the_help_names_every_key(desk: Desk) -> None:
    page = desk.visitor.get("/raccourcis/").content.decode()
    assert "Archiver" in page
    assert "<kbd>g</kbd> <kbd>i</kbd>" in page
    assert "<kbd>↓</kbd>" in page


def test_every_act_of_the_table_has_somebody_who_does_it(desk: Desk) -> None:
    """A control on the page, or an element that takes the event."""
    uid = desk.box.deliver(letter())
    desk.post("archives/", uid=desk.box.deliver(letter()))
    pages = desk.get().content.decode() + desk.get(rest=f"{uid}/").content.decode()
    offered = set(re.findall(r'data-act="([^"]+)"', pages))
    script = "".join(path.read_text("utf-8") for path in SCRIPTS.glob("elements/*.js"))
    taken = set(re.findall(r'act === "([^"]+)"|\b(next|previous): -?1', script))
    known = offered | {act for pair in taken for act in pair}
    table = {s.act for group in shortcuts.GROUPS for s in group.shortcuts}
    # Ctrl+A is no single key: it goes on when those are off (row-selection.js)
    assert table - known == {"select-all"}


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
