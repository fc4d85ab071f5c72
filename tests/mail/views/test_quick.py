"""Quick replies: one click below a message, and the page of one's own."""

from __future__ import annotations

import html
from email import message_from_bytes
from typing import Any

import pytest

from accounts.models import Mailbox, User
from mail import replying
from mail.models import Outgoing
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
SCHEDULED = "Programm&AOk-s"
THANKS = "Bien reçu, merci."


def click(desk: Desk, sentence: str = THANKS, **headers: str) -> Any:
    path = desk.path("INBOX", "1/reponse-rapide/")
    return desk.visitor.post(path, {"sentence": sentence}, headers=headers)


def shown(desk: Desk, uid: int = 1) -> str:
    return html.unescape(desk.get("INBOX", f"{uid}/").content.decode())


@pytest.fixture
def received(desk: Desk) -> Desk:
    desk.box.deliver(letter(text="Dossier joint.", Message_ID="<q@parents.test>"))
    mailbox = Mailbox.objects.get(address=desk.address)
    mailbox.signatures.create(name="x", text="Élodie", for_answers=True)
    return desk


def test_one_click_answers_the_sender_once(received: Desk) -> None:
    assert THANKS in shown(received)
    for _click in "12":
        assert click(received).status_code == 303
    row = Outgoing.objects.get()
    assert [r.address for r in row.recipients.all()] == ["parents@parents.test"]
    assert row.origin["flag"] == "answered"
    [stored] = received.box.messages(SCHEDULED)
    message = message_from_bytes(stored)
    assert message["In-Reply-To"] == "<q@parents.test>"
    text = message.get_payload(decode=True).decode()  # type: ignore[union-attr]
    lines = [line for line in text.split("\r\n") if line.strip()]
    assert lines[:3] == [THANKS, "-- ", "Élodie"]
    assert lines[-1] == "> Dossier joint."


def test_it_is_told_with_a_way_back(received: Desk) -> None:
    answer = click(received, HX_Request="true")
    told = html.unescape(answer.content.decode())
    assert THANKS in told
    assert "annulation/" in told


def test_a_sentence_that_is_not_ones_own_is_refused(received: Desk) -> None:
    assert click(received, "Autre chose").status_code == 409
    assert click(received, "a\nb").status_code == 400
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"sender": "no-reply@boutique.test"},
        {"sender": "ne-pas-repondre@boutique.test"},
        {"List_Id": "<liste.boutique.test>"},
        {"sender": ""},
    ],
)
def test_machines_and_lists_get_none(desk: Desk, headers: dict[str, str]) -> None:
    desk.box.deliver(letter(**headers))
    assert "reponse-rapide/" not in shown(desk)
    assert click(desk).status_code == 409


def test_each_person_has_their_own(received: Desk) -> None:
    path = f"/ecriture/{received.address}/reponses-rapides/"
    page = html.unescape(received.visitor.get(path).content.decode())
    assert THANKS in page
    answer = received.visitor.post(path, {"replies": "Oui.\r\n\r\n  Non  merci. \r\n"})
    assert answer.status_code == 303
    user = User.objects.get(mail=received.address)
    assert replying.of(user) == ("Oui.", "Non merci.")
    assert "Non merci." in shown(received)
    assert THANKS not in shown(received)
    received.visitor.post(path, {"replies": ""})
    assert THANKS in shown(received)


@pytest.mark.parametrize("replies", ["1\n2\n3\n4\n5\n6", "x" * 121, "a\x07b"])
def test_what_cannot_be_kept_is_told(desk: Desk, replies: str) -> None:
    path = f"/ecriture/{desk.address}/reponses-rapides/"
    answer = desk.visitor.post(path, {"replies": replies})
    assert answer.status_code == 400
    assert "field__error" in answer.content.decode()


def test_a_reader_has_none(reading_desk: Desk, desk: Desk) -> None:
    reading_desk.box.deliver(letter())
    assert "reponse-rapide/" not in shown(reading_desk)
    assert click(reading_desk).status_code == 403
    path = f"/courrier/{reading_desk.address}/INBOX/1/reponse-rapide/"
    assert desk.visitor.post(path, {"sentence": THANKS}).status_code == 404
