"""Acts on very many messages: claimed once, written down, taken up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.access import grant
from accounts.models import Membership, User
from mail import acting, tasks
from mail.filing import Order
from mail.messages import Chosen, Query
from mail.models import Act
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun(desk: Desk) -> Callable[..., Act]:
    desk.box.deliver(letter(), folder="Sorties")
    for number in range(3):
        desk.box.deliver(letter(f"n° {number}"))

    def begin(order: Order = Order("move", "Sorties")) -> Act:  # noqa: B008
        right = grant(User.objects.get(), desk.address)
        chosen = Chosen(range(1, 4), 3)
        return acting.begin(right, "INBOX", order, Query(), chosen)

    return begin


def test_two_workers_do_it_once(begun: Callable[..., Act]) -> None:
    act = begun()
    acting.carry_on(act.pk)
    acting.carry_on(act.pk)
    act.refresh_from_db()
    assert (act.state, act.count) == ("done", 3)


def test_what_time_was_too_short_for_goes_on_where_it_stopped(
    begun: Callable[..., Act], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting, "SLICE", 1)
    act = begun()
    assert acting.carry_on(act.pk, seconds=-1)
    act.refresh_from_db()
    assert (act.state, act.count) == ("waiting", 0)
    Act.objects.update(after=2)
    assert not acting.carry_on(act.pk)
    act.refresh_from_db()
    assert (act.state, act.count) == ("done", 1)
    assert len(desk.box.messages()) == 2


def test_what_no_worker_took_is_handed_over_again(
    begun: Callable[..., Act], monkeypatch: pytest.MonkeyPatch
) -> None:
    act = begun()
    Act.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    handed: list[Act] = []
    monkeypatch.setattr(tasks, "hand_over", handed.append)
    assert tasks.resume_acts() == 1
    # by a worker of its own: one tick has no time for twenty of them
    assert handed == [act]


def test_what_a_crash_stopped_is_told_and_can_be_taken_back(
    begun: Callable[..., Act], desk: Desk
) -> None:
    act = begun()
    acting.carry_on(act.pk)
    Act.objects.update(state="running", claimed_at=timezone.now() - timedelta(hours=1))
    acting.resume()
    act.refresh_from_db()
    assert (act.state, bool(act.failure)) == ("failed", True)
    assert acting.recall(act)
    acting.carry_on(act.pk)
    assert len(desk.box.messages()) == 3


def test_a_right_that_has_ended_does_nothing(
    begun: Callable[..., Act], desk: Desk
) -> None:
    act = begun()
    Membership.objects.all().delete()
    acting.carry_on(act.pk)
    act.refresh_from_db()
    assert act.state == "failed"
    assert len(desk.box.messages()) == 3


def test_what_is_in_the_folder_of_its_year_stops_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting, "SLICE", 1)
    year = f"Archive/{timezone.now().year}"
    desk.box.deliver(letter("Déjà là"), folder=year)
    with desk.box.opened(year) as client:
        client.append(year, "", '"01-Mar-2019 10:00:00 +0100"', letter("Ancien"))
    right = grant(User.objects.get(), desk.address)
    chosen = Chosen(range(1, 3), 2)
    act = acting.begin(right, year, Order("archive"), Query(), chosen)
    acting.carry_on(act.pk)
    act.refresh_from_db()
    assert (act.state, act.count) == ("done", 1)
    assert len(desk.box.messages("Archive/2019")) == 1


def test_a_target_that_is_gone_is_said(begun: Callable[..., Act]) -> None:
    act = begun(Order("move", "Nulle part"))
    acting.carry_on(act.pk)
    act.refresh_from_db()
    assert (act.state, act.count) == ("failed", 0)
    assert not acting.recall(act)


def test_old_rows_go(begun: Callable[..., Act]) -> None:
    act = begun()
    acting.carry_on(act.pk)
    Act.objects.update(ended_at=timezone.now() - timedelta(days=1))
    acting.resume()
    assert not Act.objects.filter(pk=act.pk).exists()
