"""All files of a folder, or of a mailbox."""

from __future__ import annotations

import re

import pytest

from mail import collecting
from tests.mail.views.conftest import Desk, letter
from tests.mail.views.test_previews import parcel

pytestmark = pytest.mark.django_db
NAME = re.compile(r'class="attachment__name"[^>]*>([^<]*)<')


def pdf(name: str) -> bytes:
    return parcel((name, "application/pdf", b"%PDF-1.7"))


def listed(desk: Desk, folder: str = "", **query: str) -> list[str]:
    path = desk.path(folder, "pieces/") if folder else f"/pieces/{desk.address}/"
    answer = desk.visitor.get(path, query)
    assert answer.status_code == 200
    return NAME.findall(answer.content.decode())


def test_the_files_of_a_folder_lead_to_messages_and_previews(desk: Desk) -> None:
    desk.box.deliver(letter())
    uid = desk.box.deliver(pdf("Convocation.pdf"))
    page = desk.get(rest="pieces/").content.decode()
    assert NAME.findall(page) == ["Convocation.pdf"]
    assert f'href="{desk.path(rest=f"{uid}/")}"' in page
    assert f"{uid}/pieces/2/apercu/" in page


def test_the_mailbox_shows_all_folders_but_the_bin(desk: Desk) -> None:
    desk.box.deliver(pdf("a.pdf"))
    desk.box.deliver(pdf("b.pdf"), "Sorties scolaires")
    desk.box.deliver(pdf("c.pdf"), "Trash")
    assert sorted(listed(desk)) == ["a.pdf", "b.pdf"]


def test_empty_folders_do_not_hide_what_others_hold(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "FOLDERS_MAX", 1)
    with desk.box.opened() as client:
        client.create("Avant")
    desk.box.deliver(parcel(("a.txt", "text/plain", b"x")), "Classement")
    assert listed(desk) == ["a.txt"]


def test_names_and_types_are_looked_for(desk: Desk) -> None:
    desk.box.deliver(pdf("Règlement intérieur.pdf"))
    desk.box.deliver(parcel(("règle.png", "image/png", b"\x89PNG")))
    assert listed(desk, "INBOX", q="regle") == ["règle.png", "Règlement intérieur.pdf"]
    assert listed(desk, "INBOX", q="regle", type="images") == ["règle.png"]
    assert listed(desk, "INBOX", q="autre") == []


def test_pages_go_on_where_the_last_one_ended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "PAGE_SIZE", 2)
    for number in range(5):
        desk.box.deliver(pdf(f"{number}.pdf"))
    found, path = [], f"/pieces/{desk.address}/"
    while path:
        page = desk.visitor.get(path).content.decode()
        found += NAME.findall(page)
        more = re.search(r'href="([^"]*)" rel="next"', page)
        path = more[1].replace("&amp;", "&") if more else ""
    assert found == ["4.pdf", "3.pdf", "2.pdf", "1.pdf", "0.pdf"]


@pytest.mark.parametrize("query", [{"type": "rien"}, {"suite": "faux"}, {"q": "a\nb"}])
def test_bad_input_gets_a_sentence(desk: Desk, query: dict[str, str]) -> None:
    assert desk.visitor.get(f"/pieces/{desk.address}/", query).status_code == 400


def test_nobody_else_s_files_are_listed(desk: Desk, reading_desk: Desk) -> None:
    for path in (f"/pieces/{desk.address}/", desk.path(rest="pieces/")):
        assert reading_desk.visitor.get(path).status_code == 404


def test_a_folder_that_is_not_there(desk: Desk) -> None:
    assert desk.get("Nulle part", "pieces/").status_code == 404


def test_a_message_that_tells_only_its_subject_is_named(desk: Desk) -> None:
    desk.box.deliver(pdf("a.pdf"))
    page = desk.get(rest="pieces/").content.decode()
    assert ">Pièces</a>" in page


def test_names_are_text(desk: Desk) -> None:
    desk.box.deliver(pdf("<img src=x onerror=alert(1)>.pdf"))
    page = desk.get(rest="pieces/").content.decode()
    assert "<img src=x" not in page
    assert "_img src=x onerror=alert(1)_.pdf" in page
