from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from mail import moments, waking
from mail.models import FollowUp, Snooze
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
BATCH = re.compile(r'name="batch" value="([^"]+)"')
WAITING = "En attente"


def named(subject: str = "Conseil de classe", **fields: Any) -> bytes:
    return letter(subject, Message_ID=f"<{abs(hash(subject))}@parents.test>", **fields)


def tomorrow() -> str:
    return moments.typed(timezone.now() + timedelta(days=1))


def page(desk: Desk) -> str:
    return desk.visitor.get(f"/attente/{desk.address}/").content.decode()


def test_a_message_is_put_off_without_script(desk: Desk) -> None:
    uid = desk.box.deliver(named())
    answer = desk.post("attente/", uid=uid, at=tomorrow())
    assert answer.status_code == 303
    assert desk.box.messages() == []
    shown = desk.get().content.decode()
    assert "1 message reviendra" in shown
    assert f"/attente/{desk.address}/" in shown
    assert AuditEvent.objects.filter(act="message.snooze").count() == 1


def test_putting_off_is_undone(desk: Desk) -> None:
    uids = [desk.box.deliver(named(f"n° {n}")) for n in range(2)]
    shown = desk.update("attente/", uid=uids, at=tomorrow()).content.decode()
    batch = BATCH.search(shown)
    assert batch
    shown = desk.update("attente/annulation/", batch=batch[1]).content.decode()
    assert "2 messages remis à leur place" in shown
    assert len(desk.box.messages()) == 2


def test_without_an_hour_it_is_asked(desk: Desk) -> None:
    uid = desk.box.deliver(named())
    asked = desk.post("attente/", uid=uid, at="")
    assert 'type="datetime-local"' in asked.content.decode()
    assert f'name="uid" value="{uid}"' in asked.content.decode()
    assert '<h1 class="dialog__title" id="when-title">' in asked.content.decode()
    asked = desk.update("attente/", uid=uid, at="")
    assert '<h2 class="dialog__title" id="when-title">' in asked.content.decode()
    assert asked.headers["HX-Retarget"] == "#dialogs"
    assert "<html" not in asked.content.decode()
    assert len(desk.box.messages()) == 1


def test_the_message_that_was_open_is_closed(desk: Desk) -> None:
    uid = desk.box.deliver(named())
    answer = desk.update("attente/", uid=uid, at=tomorrow(), message="1")
    assert 'hx-target="#reader"' in answer.content.decode()
    assert answer.headers["HX-Replace-Url"] == desk.path()


def test_what_waits_is_seen_changed_and_taken_back(desk: Desk) -> None:
    desk.post("attente/", uid=desk.box.deliver(named("Sortie")), at=tomorrow())
    row = Snooze.objects.get()
    assert "Sortie" in page(desk)
    root = f"/attente/{desk.address}/{row.pk}"
    later = moments.typed(timezone.now() + timedelta(days=9))
    answer = desk.visitor.post(f"{root}/modification/", {"at": later})
    assert answer.status_code == 303
    row.refresh_from_db()
    assert moments.typed(row.due_at) == later
    desk.visitor.post(f"{root}/annulation/")
    assert "Message remis à sa place" in page(desk)
    assert len(desk.box.messages()) == 1
    assert desk.visitor.post(f"{root}/annulation/").status_code == 409


def test_what_came_back_says_so(desk: Desk) -> None:
    desk.post("attente/", uid=desk.box.deliver(named()), at=tomorrow())
    assert waking.wake_due(timezone.now() + timedelta(days=2)) == 1
    shown = desk.get().content.decode()
    assert "Rappel</span>" in shown
    assert "Non lu" in shown
    assert "à l’heure demandée" in desk.get(rest="2/").content.decode()
    assert "Rappel</span>" not in desk.get("Archive").content.decode()


def test_what_came_back_stands_among_what_came_that_day(desk: Desk) -> None:
    desk.box.deliver(named("Arrivé aujourd’hui"))
    old = "01-Mar-2020 08:00:00 +0000"
    with desk.box.opened() as client:
        client.append("INBOX", "($Woken)", f'"{old}"', named("Revenu"))
    shown = desk.get().content.decode()
    assert "Revenu" in shown
    assert "2020</h2>" not in shown
    assert shown.count('class="list__day"') == 1


def test_what_nobody_put_there_is_told(desk: Desk) -> None:
    desk.box.deliver(named(), folder=WAITING)
    assert "1 message du dossier" in page(desk)
    assert "Voir le dossier" in page(desk)


def test_an_answer_is_expected_and_no_more(desk: Desk) -> None:
    uid = desk.box.deliver(named("Devis", sender=desk.address), folder="Sent")
    reader = desk.get("Sent", f"{uid}/").content.decode()
    assert "Me relancer si personne n’a répondu" in reader
    answer = desk.post(f"{uid}/relance/", folder="Sent", at=tomorrow())
    assert answer.status_code == 303
    row = FollowUp.objects.get()
    assert "Une réponse est attendue" in desk.get("Sent", f"{uid}/").content.decode()
    assert "Devis" in page(desk)
    desk.visitor.post(f"/attente/{desk.address}/{row.pk}/abandon/")
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_the_reader_of_a_received_message_expects_nothing(desk: Desk) -> None:
    uid = desk.box.deliver(named())
    assert "Me relancer" not in desk.get(rest=f"{uid}/").content.decode()
    assert desk.post(f"{uid}/relance/", at=tomorrow()).status_code == 400


@pytest.mark.parametrize("at", ["hier", "2020-01-01T08:00", "2999-01-01T08:00"])
def test_an_hour_that_is_none_is_refused(desk: Desk, at: str) -> None:
    uid = desk.box.deliver(named())
    assert desk.post("attente/", uid=uid, at=at).status_code == 400
    assert desk.post(f"{uid}/relance/", at=at).status_code == 400
    assert len(desk.box.messages()) == 1


def test_a_whole_folder_is_not_put_off(desk: Desk) -> None:
    desk.box.deliver(named())
    assert desk.post("attente/", all="1", at=tomorrow()).status_code == 400
    assert len(desk.box.messages()) == 1


def test_a_message_without_a_name_is_refused_with_a_reason(desk: Desk) -> None:
    answer = desk.post("attente/", uid=desk.box.deliver(letter()), at=tomorrow())
    assert answer.status_code == 400
    assert "Sans identifiant" in answer.content.decode()


def test_a_reader_puts_nothing_off(reading_desk: Desk) -> None:
    uid = reading_desk.box.deliver(named())
    for rest in ("attente/", f"{uid}/relance/"):
        for at in (tomorrow(), ""):
            answer = reading_desk.post(rest, uid=uid, at=at)
            assert answer.status_code == 403
    assert "Aucun message n’est en attente" in page(reading_desk)


def test_what_waits_in_another_mailbox_is_not_found(desk: Desk) -> None:
    desk.post("attente/", uid=desk.box.deliver(named()), at=tomorrow())
    row = Snooze.objects.get()
    other = "/attente/autre@ac-poitiers.test/"
    assert desk.visitor.get(other).status_code == 404
    assert desk.visitor.post(f"{other}{row.pk}/annulation/").status_code == 404
    unknown = f"/attente/{desk.address}/00000000-0000-4000-8000-000000000000/"
    for rest in ("annulation/", "abandon/"):
        assert desk.visitor.post(unknown + rest).status_code == 404
