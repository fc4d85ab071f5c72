"""Messages by their Message-ID."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from mail import finding
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
NAME = "a/b%c+é@school.test"


def link(desk: Desk, name: str) -> str:
    return f"/courrier/{desk.address}/message-id/{quote(name, safe='@')}/"


def test_the_message_is_found_where_it_was_filed(desk: Desk) -> None:
    uid = desk.box.deliver(letter(Message_ID="<1@school.test>"), "Class&AOk-")
    answer = desk.visitor.get(link(desk, "1@school.test"))
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"/Class%C3%A9/{uid}/")


def test_the_page_gives_its_own_link(desk: Desk) -> None:
    name = "a/b%c+d@school.test"
    uid = desk.box.deliver(letter(Message_ID=f"<{name}>"))
    page = desk.get(rest=f"{uid}/").content.decode()
    assert f'href="{link(desk, name)}"' in page
    assert desk.visitor.get(link(desk, name))["Location"] == desk.path(rest=f"{uid}/")


def test_what_is_gone_is_said_so(desk: Desk) -> None:
    answer = desk.visitor.get(link(desk, "never@school.test"))
    assert answer.status_code == 404
    assert "Ce message n’est plus dans cette boîte" in answer.content.decode()


@pytest.mark.parametrize("name", [NAME, "x y", "a>b<c", "é" * 300, "%00", "a\r\nb"])
def test_no_name_is_an_error(desk: Desk, name: str) -> None:
    assert desk.visitor.get(link(desk, name)).status_code in {400, 404}


def test_somebody_elses_mailbox(desk: Desk, reading_desk: Desk) -> None:
    answer = desk.visitor.get(link(reading_desk, "1@school.test"))
    assert answer.status_code == 404
    assert "plus dans cette boîte" not in answer.content.decode()


def test_no_time_left_is_not_gone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.box.deliver(letter(Message_ID="<1@school.test>"))
    monkeypatch.setattr(finding, "PAGE_SECONDS", -1.0)
    assert desk.visitor.get(link(desk, "1@school.test")).status_code == 503
