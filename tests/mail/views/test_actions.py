from __future__ import annotations

import re

import pytest

from accounts.models import AuditEvent
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="token" value="([^"]+)"')


@pytest.mark.parametrize(
    ("mark", "flag", "there"),
    [
        ("seen", r"\Seen", True),
        ("unseen", r"\Seen", False),
        ("flagged", r"\Flagged", True),
        ("unflagged", r"\Flagged", False),
    ],
)
def test_a_mark_is_set_on_the_server(
    desk: Desk, mark: str, flag: str, there: bool
) -> None:
    uid = desk.box.deliver(letter(), flags=() if there else (flag,))
    answer = desk.post("marques/", uid=uid, mark=mark)
    assert answer.status_code == 303
    assert (flag in desk.box.flags(uid)) == there


def test_a_mark_updates_its_rows_and_the_folders(desk: Desk) -> None:
    desk.box.deliver(letter("Un autre"))
    uid = desk.box.deliver(letter("Toujours là"))
    page = desk.update("marques/", uid=uid, mark="flagged").content.decode()
    assert f'hx-target="#row-{uid}"' in page
    assert "Toujours là" in page
    assert "Suivi</span>" in page
    assert "Un autre" not in page
    assert 'hx-target="#folders"' in page
    assert "<html" not in page


def test_a_move_updates_the_list_and_the_folders(desk: Desk) -> None:
    uid = desk.box.deliver(letter("Part"))
    desk.box.deliver(letter("Reste"))
    page = desk.update("suppressions/", uid=uid).content.decode()
    assert "Reste" in page
    assert 'hx-target="#folders"' in page


def test_deletion_goes_to_the_trash_and_comes_back(desk: Desk) -> None:
    uid = desk.box.deliver(letter("Par erreur"))
    page = desk.update("suppressions/", uid=uid).content.decode()
    assert "1 message placé dans la corbeille" in page
    assert len(desk.box.messages("Trash")) == 1
    token = TOKEN.search(page)
    assert token
    desk.post("restaurations/", token=token[1])
    assert b"Par erreur" in desk.box.messages()[0]
    assert desk.box.messages("Trash") == []


def test_deletion_in_the_trash_is_final_and_said_before(desk: Desk) -> None:
    uid = desk.box.deliver(letter(), folder="Trash")
    page = desk.post("suppressions/", "Trash", uid=uid)
    assert "Supprimer définitivement ce message" in page.content.decode()
    assert '<h1 class="dialog__title" id="deletion-title">' in page.content.decode()
    assert len(desk.box.messages("Trash")) == 1
    answer = desk.post("suppressions/", "Trash", uid=uid, forever="1")
    assert answer.status_code == 303
    assert desk.box.messages("Trash") == []


def test_the_question_before_a_final_deletion_is_a_dialog(desk: Desk) -> None:
    uid = desk.box.deliver(letter(), folder="Trash")
    answer = desk.update("suppressions/", "Trash", uid=uid)
    assert answer.headers["HX-Retarget"] == "#dialogs"
    assert "<dialog" in answer.content.decode()
    assert '<h2 class="dialog__title" id="deletion-title">' in answer.content.decode()


def test_a_message_is_archived_and_comes_back(desk: Desk) -> None:
    uid = desk.box.deliver(letter())
    page = desk.update("archives/", uid=uid).content.decode()
    assert "1 message archivé." in page
    assert desk.box.messages() == []
    token = TOKEN.search(page)
    assert token
    desk.post("restaurations/", token=token[1])
    assert len(desk.box.messages()) == 1


def test_junk_goes_and_comes_back(desk: Desk) -> None:
    uid = desk.box.deliver(letter())
    assert desk.post("indesirables/", uid=uid).status_code == 303
    assert len(desk.box.messages("Junk")) == 1
    assert desk.post("legitimes/", "Junk", uid=1).status_code == 303
    assert len(desk.box.messages()) == 1


@pytest.mark.parametrize("rest", ["archives/", "indesirables/", "legitimes/"])
def test_somebody_else_has_no_such_mailbox(desk: Desk, rest: str) -> None:
    path = f"/courrier/autre@ac-poitiers.test/INBOX/{rest}"
    assert desk.visitor.post(path, {"uid": 1}).status_code == 404


def test_several_messages_move_at_once(desk: Desk) -> None:
    uids = [desk.box.deliver(letter(f"n° {n}")) for n in range(3)]
    desk.box.deliver(letter("Reste"), folder="Sorties")
    desk.post("deplacements/", uid=uids[:2], to="Sorties")
    assert len(desk.box.messages("Sorties")) == 3
    assert len(desk.box.messages()) == 1


def test_an_act_answers_with_the_page_it_was_done_on(desk: Desk) -> None:
    uid = desk.box.deliver(letter())
    answer = desk.post("marques/?non_lus=1", uid=uid, mark="flagged")
    assert answer.headers["Location"].endswith("/INBOX/?non_lus=1")


def test_messages_that_are_gone_are_ignored(desk: Desk) -> None:
    assert desk.post("marques/", uid=4_000_000, mark="seen").status_code == 303


@pytest.mark.parametrize(
    ("rest", "fields"),
    [
        ("marques/", {"mark": "seen"}),
        ("marques/", {"mark": "seen", "uid": "1 OR 1"}),
        ("marques/", {"mark": r"\Deleted", "uid": "1"}),
        ("deplacements/", {"uid": "1", "to": "A\r\nb NOOP"}),
        ("deplacements/", {"uid": "1", "to": ""}),
        ("restaurations/", {"token": "forged"}),
    ],
)
def test_what_makes_no_sense_is_refused(
    desk: Desk, rest: str, fields: dict[str, str]
) -> None:
    assert desk.post(rest, **fields).status_code == 400


def test_moving_into_a_folder_that_is_gone_loses_nothing(desk: Desk) -> None:
    uid = desk.box.deliver(letter())
    assert desk.post("deplacements/", uid=uid, to="Disparu").status_code == 404
    assert len(desk.box.messages()) == 1


@pytest.mark.parametrize(
    "rest", ["marques/", "suppressions/", "deplacements/", "archives/"]
)
def test_a_get_changes_nothing(desk: Desk, rest: str) -> None:
    assert desk.get(rest=rest, uid="1").status_code == 405


@pytest.mark.parametrize(
    ("rest", "fields"),
    [
        ("marques/", {"mark": "seen"}),
        ("suppressions/", {}),
        ("archives/", {}),
        ("indesirables/", {}),
        ("deplacements/", {"to": "Trash"}),
    ],
)
def test_a_reader_is_refused_and_the_audit_tells(
    reading_desk: Desk, rest: str, fields: dict[str, str]
) -> None:
    uid = reading_desk.box.deliver(letter())
    answer = reading_desk.post(rest, uid=uid, **fields)
    assert answer.status_code == 403
    assert "lecture seule" in answer.content.decode()
    event = AuditEvent.objects.filter(outcome="refused").latest("at")
    assert event.reference == answer.headers["X-Reference"]
    assert not reading_desk.box.flags(uid) & {r"\Seen", r"\Deleted"}
    assert len(reading_desk.box.messages()) == 1


def test_reading_as_a_reader_marks_nothing(reading_desk: Desk) -> None:
    uid = reading_desk.box.deliver(letter())
    assert reading_desk.get(rest=f"{uid}/").status_code == 200
    assert r"\Seen" not in reading_desk.box.flags(uid)
