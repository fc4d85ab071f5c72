from __future__ import annotations

import html
import re
import uuid
from datetime import time, timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from mail import delivering, moments
from mail.models import Outgoing, WorkingHours
from tests.mail.views.conftest import Desk
from tests.mail.views.test_compose import SCHEDULED, value_of
from tests.stack.submission import Submission

pytestmark = pytest.mark.django_db


def path(desk: Desk, rest: str = "") -> str:
    return f"/envois/{desk.address}/{rest}"


@pytest.fixture
def row(desk: Desk) -> Outgoing:
    """A message that waits for the end of the undo window."""
    fields = {"to": "c@mairie.test", "bcc": "d@mairie.test", "subject": "Programme"}
    desk.write(text="Le texte", **fields)
    return Outgoing.objects.get()


def test_the_outbox_tells_what_waits(desk: Desk, row: Outgoing) -> None:
    page = desk.visitor.get(path(desk)).content.decode()
    for told in ("Programme", "En attente d’envoi", "c@mairie.test", "Annuler l’envoi"):
        assert told in page


def test_undoing_gives_everything_back(desk: Desk, row: Outgoing) -> None:
    answer = desk.visitor.post(path(desk, f"{row.pk}/annulation/"), follow=True)
    page = answer.content.decode()
    assert "Le texte" in page
    assert value_of(page, "bcc") == "d@mairie.test"
    assert value_of(page, "subject") == "Programme"
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert desk.box.messages(SCHEDULED) == []
    # until it is sent again it is a draft, so that nothing is lost with the page
    assert len(desk.box.messages("Drafts")) == 1


def test_undoing_too_late_says_so(desk: Desk, row: Outgoing) -> None:
    Outgoing.objects.update(state="sending")
    answer = desk.visitor.post(path(desk, f"{row.pk}/annulation/"))
    assert answer.status_code == 409
    assert "Trop tard" in answer.content.decode()


def test_a_failed_message_is_sent_again_on_demand(desk: Desk, row: Outgoing) -> None:
    Outgoing.objects.update(state="failed", failure="Cette adresse n’existe pas.")
    page = desk.visitor.get(path(desk)).content.decode()
    assert "Cette adresse n’existe pas." in page
    assert desk.visitor.post(path(desk, f"{row.pk}/reprise/")).status_code == 303
    row.refresh_from_db()
    assert row.state == "due"


def test_an_uncertain_message_warns(desk: Desk, row: Outgoing) -> None:
    Outgoing.objects.update(state="unknown")
    page = desk.visitor.get(path(desk)).content.decode()
    assert "Rien n’a été renvoyé" in page


@pytest.mark.parametrize("act", ["annulation", "abandon", "depart", "reprise"])
def test_another_message_is_not_found(desk: Desk, act: str) -> None:
    answer = desk.visitor.post(path(desk, f"{uuid.uuid4()}/{act}/"))
    assert answer.status_code == 404


@pytest.fixture
def scheduled(desk: Desk) -> Outgoing:
    """A message for an hour that was chosen."""
    desk.write(to="c@mairie.test", subject="Sortie", text="Le texte", at=in_days(2))
    return Outgoing.objects.get()


def in_days(days: int) -> str:
    return moments.typed(timezone.now() + timedelta(days=days))


def test_a_chosen_hour_is_told(desk: Desk) -> None:
    answer = desk.write(to="c@mairie.test", at=in_days(2))
    page = desk.visitor.get(answer["Location"]).content.decode()
    row = Outgoing.objects.get()
    assert f"Message programmé pour {moments.dated(row.due_at)}." in page
    assert "Programmés" in desk.visitor.get(path(desk)).content.decode()


def test_an_hour_may_be_typed(desk: Desk) -> None:
    fields = {"at": "choisie", "at_typed": in_days(9)}
    assert desk.write(to="c@mairie.test", **fields).status_code == 303
    assert moments.typed(Outgoing.objects.get().due_at) == fields["at_typed"]


@pytest.mark.parametrize("typed", ["", "hier", "2020-01-01T08:00", "2090-01-01T08:00"])
def test_an_hour_that_is_none_keeps_the_text(desk: Desk, typed: str) -> None:
    answer = desk.write(to="c@mairie.test", text="Gardé", at="choisie", at_typed=typed)
    assert answer.status_code == 400
    assert "Gardé" in answer.content.decode()
    assert not Outgoing.objects.exists()


def test_the_same_text_at_another_hour_is_the_same_click(desk: Desk) -> None:
    for days in (2, 3):
        desk.write(to="c@mairie.test", text="Une fois", at=in_days(days))
    assert Outgoing.objects.count() == 1


def test_its_hour_is_changed(desk: Desk, scheduled: Outgoing) -> None:
    url = path(desk, f"{scheduled.pk}/date/")
    answer = desk.visitor.post(url, {"at": in_days(4)}, follow=True)
    scheduled.refresh_from_db()
    assert moments.typed(scheduled.due_at) == in_days(4)
    assert moments.shown(scheduled.due_at) in answer.content.decode()
    answer = desk.visitor.post(url, {"at": "2020-01-01T08:00"})
    assert (answer.status_code, "passée" in answer.content.decode()) == (400, True)


def test_it_leaves_at_once_on_demand(desk: Desk, scheduled: Outgoing) -> None:
    desk.visitor.post(path(desk, f"{scheduled.pk}/depart/"))
    scheduled.refresh_from_db()
    assert scheduled.due_at <= timezone.now()


def test_it_is_cancelled_and_kept(desk: Desk, scheduled: Outgoing) -> None:
    answer = desk.visitor.post(path(desk, f"{scheduled.pk}/abandon/"), follow=True)
    assert "en brouillon" in answer.content.decode()
    scheduled.refresh_from_db()
    assert scheduled.state == "cancelled"
    assert len(desk.box.messages("Drafts")) == 1


def test_a_reader_changes_nothing(reading_desk: Desk) -> None:
    url = path(reading_desk, f"{uuid.uuid4()}/date/")
    answer = reading_desk.visitor.post(url, {"at": in_days(1)})
    assert answer.status_code == 403


def test_at_night_the_morning_is_proposed(desk: Desk, settings: Settings) -> None:
    url = f"/ecrire/{desk.address}/"
    assert "Envoyer maintenant" not in desk.visitor.get(url).content.decode()
    settings.DISCONNECTION = True
    # nobody works at any hour
    WorkingHours.objects.create(starts=time(0), ends=time(0, 1))
    page = desk.visitor.get(url).content.decode()
    assert "Envoyer maintenant" in page
    assert 'name="at" value="20' in page.split("Envoyer maintenant")[0]


def test_a_question_before_it_leaves_does_not_forget_the_hour(desk: Desk) -> None:
    """The guards ask about a missing file; the answer is one click."""
    at, to = in_days(3), "c@mairie.test"
    page = desk.write(to=to, text="Voir ci-joint.", at=at).content.decode()
    asked = {name: value_of(page, name) for name in ("held_at", "at_typed")}
    token = re.search(r'name="confirmed" value="([^"]+)"', page)
    assert token
    desk.write(to=to, text="Voir ci-joint.", confirmed=html.unescape(token[1]), **asked)
    assert moments.typed(Outgoing.objects.get().due_at) == at


def test_what_was_sent_says_who_has_got_it(
    desk: Desk, row: Outgoing, submission: Submission
) -> None:
    submission.answers["d@mairie.test"] = "550 5.1.1 unknown"
    Outgoing.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    delivering.deliver_due()
    page = desk.get("Sent", "1/").content.decode()
    assert "Parti, sauf pour d@mairie.test." in page
    assert page.count("Accepté par le serveur") == 1
    assert "Cette adresse n’existe pas." in page
    assert "Accepté" not in desk.get("INBOX", "1/").content.decode()


def test_an_open_page_asks_for_the_list_alone(desk: Desk, row: Outgoing) -> None:
    url = path(desk)
    part = desk.visitor.get(url, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<section id="outbox">')
    assert "<html" not in part
