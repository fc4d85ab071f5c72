from __future__ import annotations

import uuid

import pytest

from mail.models import Outgoing
from tests.mail.views.conftest import Desk
from tests.mail.views.test_compose import SCHEDULED, value_of

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


@pytest.mark.parametrize("act", ["annulation", "reprise"])
def test_another_message_is_not_found(desk: Desk, act: str) -> None:
    answer = desk.visitor.post(path(desk, f"{uuid.uuid4()}/{act}/"))
    assert answer.status_code == 404
