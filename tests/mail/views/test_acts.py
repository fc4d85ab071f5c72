"""Acts on a whole folder: in one request when it is small, watched when it is large."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from kombu.exceptions import OperationalError

from accounts.models import User
from mail import acting, tasks
from mail.imap.connection import PAGE_PATIENCE
from mail.imap.opening import Account, open_box
from mail.models import Act
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
MOMENT = re.compile(r'name="etat" value="([^"]*)"')


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every act is a large one, in slices of two; nobody takes it but its page."""
    monkeypatch.setattr(acting, "DIRECT_MAX", 1)
    monkeypatch.setattr(acting, "SLICE", 2)
    monkeypatch.setattr(acting, "UNTAKEN", timedelta(0))
    # 26 slices, on a machine that does much else
    monkeypatch.setattr(acting, "PAGE_SECONDS", 60.0)
    monkeypatch.setattr(tasks.carry_on, "apply_async", lambda *words, **more: None)


@pytest.fixture
def filled(desk: Desk) -> list[int]:
    """More than a page."""
    desk.box.deliver(letter(), folder="Sorties")
    with desk.box.opened() as client:
        for number in range(52):
            client.append("INBOX", "", "", letter(f"Envoi {number}"))
    return list(range(1, 53))


def moment(desk: Desk) -> str:
    found = MOMENT.search(desk.get().content.decode())
    assert found
    return found[1]


def test_the_list_offers_the_whole_folder(desk: Desk, filled: list[int]) -> None:
    assert "Sélectionner les 52 messages du dossier" in desk.get().content.decode()
    page = desk.get(q="Envoi").content.decode()
    assert "Sélectionner les 52 messages trouvés" in page


def test_all_move_and_what_came_later_stays(desk: Desk, filled: list[int]) -> None:
    at = moment(desk)
    desk.box.deliver(letter("Plus tard"))
    page = desk.update("deplacements/", all="1", etat=at, to="Sorties")
    assert "52 messages déplacés" in page.content.decode()
    [left] = desk.box.messages()
    assert b"Plus tard" in left


def test_without_the_moment_of_the_list_that_of_the_click_counts(
    desk: Desk, filled: list[int], large: None
) -> None:
    watched = desk.post("deplacements/", all="1", to="Sorties").headers["Location"]
    desk.box.deliver(letter("Plus tard"))
    assert "52 messages déplacés" in desk.visitor.get(watched).content.decode()
    [left] = desk.box.messages()
    assert b"Plus tard" in left


def test_what_comes_while_it_is_asked_is_not_destroyed(desk: Desk) -> None:
    desk.box.deliver(letter(), folder="Trash")
    asked = desk.post("suppressions/", "Trash", all="1").content.decode()
    desk.box.deliver(letter("Plus tard"), folder="Trash")
    at = MOMENT.search(asked)
    assert at
    desk.post("suppressions/", "Trash", all="1", forever="1", etat=at[1])
    [left] = desk.box.messages("Trash")
    assert b"Plus tard" in left


def test_all_of_a_search_are_marked(desk: Desk, filled: list[int]) -> None:
    desk.box.deliver(letter("Autre"))
    desk.post("marques/?q=Envoi", all="1", etat=moment(desk), mark="seen")
    with desk.box.opened("INBOX") as client:
        _status, [seen] = client.uid("SEARCH", "SEEN")
    assert [int(uid) for uid in seen.split()] == filled


def test_a_large_act_is_watched_until_it_is_done(
    desk: Desk, filled: list[int], large: None
) -> None:
    answer = desk.post("archives/", all="1", etat=moment(desk))
    assert answer.status_code == 303
    watched = answer.headers["Location"]
    page = desk.visitor.get(watched).content.decode()
    assert "52 messages archivés" in page
    assert desk.box.messages() == []
    act = Act.objects.get()
    assert (act.state, act.count, len(act.steps)) == ("done", 52, 26)


def test_a_large_act_is_taken_back_exactly(
    desk: Desk, filled: list[int], large: None
) -> None:
    desk.visitor.get(
        desk.post("deplacements/", all="1", to="Sorties").headers["Location"]
    )
    act = Act.objects.get()
    answer = desk.post("restaurations/", act=str(act.pk))
    page = desk.visitor.get(answer.headers["Location"]).content.decode()
    assert "52 messages remis à leur place" in page
    assert len(desk.box.messages()) == 52
    assert len(desk.box.messages("Sorties")) == 1
    assert desk.post("restaurations/", act=str(act.pk)).status_code == 409


def test_an_update_asks_again_by_itself(
    desk: Desk, filled: list[int], large: None
) -> None:
    page = desk.update("suppressions/", all="1", etat=moment(desk))
    assert page.headers["HX-Retarget"] == "#acts"
    assert "act:begun" in page.headers["HX-Trigger"]
    act = Act.objects.get()
    assert f"actes/{act.pk}/" in page.content.decode()
    path = desk.path(rest=f"actes/{act.pk}/")
    done = desk.visitor.get(path, headers={"HX-Request": "true"})
    assert done.headers["HX-Retarget"] == "#notices"
    assert "52 messages placés dans la corbeille" in done.content.decode()
    assert f'hx-target="#act-{act.pk}" hx-swap="delete"' in done.content.decode()
    assert "folder:changed" in done.headers["HX-Trigger"]


def test_what_goes_on_is_read_out_once_and_takes_no_notice_away(
    desk: Desk, filled: list[int], large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = desk.update("suppressions/", all="1", etat=moment(desk))
    assert begun.headers["HX-Reswap"].startswith("beforeend")
    assert 'hx-target="#notices"' in begun.content.decode()
    monkeypatch.setattr(acting, "UNTAKEN", timedelta(hours=1))
    path = desk.path(rest=f"actes/{Act.objects.get().pk}/")
    goes_on = desk.visitor.get(path, headers={"HX-Request": "true"})
    assert "HX-Retarget" not in goes_on.headers
    assert "#notices" not in goes_on.content.decode()
    assert "<progress" in goes_on.content.decode()


def test_without_a_broker_the_page_does_it(
    desk: Desk, filled: list[int], large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*words: object, **more: object) -> None:
        raise OperationalError

    monkeypatch.setattr(tasks.carry_on, "apply_async", refuse)
    answer = desk.post("deplacements/", all="1", to="Sorties")
    desk.visitor.get(answer.headers["Location"])
    assert len(desk.box.messages("Sorties")) == 53


def test_emptying_the_trash_is_asked_about_first(desk: Desk) -> None:
    for number in range(3):
        desk.box.deliver(letter(f"n° {number}"), folder="Trash")
    page = desk.post("suppressions/", "Trash", all="1").content.decode()
    assert "Supprimer définitivement ces 3 messages" in page
    assert len(desk.box.messages("Trash")) == 3
    desk.post("suppressions/", "Trash", all="1", forever="1")
    assert desk.box.messages("Trash") == []


def test_an_act_of_somebody_else_is_not_there(
    desk: Desk, filled: list[int], large: None
) -> None:
    watched = desk.post("deplacements/", all="1", to="Sorties").headers["Location"]
    other = User.objects.create(uid="autre")
    Act.objects.update(author=other)
    assert desk.visitor.get(watched).status_code == 404
    act = Act.objects.get()
    assert desk.post("restaurations/", act=str(act.pk)).status_code == 404


def test_a_folder_made_anew_is_left_alone(desk: Desk, filled: list[int]) -> None:
    answer = desk.post("archives/", all="1", etat="52-0-53-1-9")
    assert answer.status_code == 404
    assert len(desk.box.messages()) == 52


def test_a_reader_may_not(reading_desk: Desk) -> None:
    reading_desk.box.deliver(letter())
    assert reading_desk.post("archives/", all="1").status_code == 403
    assert len(reading_desk.box.messages()) == 1


@pytest.mark.parametrize("at", ["1-1-²-5", "1-1-٣-5", "x", "1-1-0-5", "-"])
def test_a_moment_that_is_none_is_no_error(
    desk: Desk, filled: list[int], at: str
) -> None:
    answer = desk.post("marques/", all="1", etat=at, mark="seen")
    assert answer.status_code == 404
    assert r"\Seen" not in desk.box.flags(1)


def test_who_waits_for_an_act_does_not_wait_as_a_worker_may(
    desk: Desk, filled: list[int], large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[float] = []

    def noted(mailbox: Account, *, patience: float) -> Any:
        opened.append(patience)
        return open_box(mailbox, patience=patience)

    monkeypatch.setattr(acting, "open_box", noted)
    answer = desk.post("archives/", all="1", etat=moment(desk))
    desk.visitor.get(answer.headers["Location"])
    assert opened == [acting.PAGE_SECONDS + PAGE_PATIENCE]
