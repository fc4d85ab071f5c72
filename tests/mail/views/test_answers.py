"""What one click answers: receipts, leaving lists."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from convergence.errors import Unavailable
from mail import fetcher
from mail.models import Outgoing
from tests.mail.conftest import tick
from tests.mail.views.conftest import Desk, letter
from tests.stack.submission import Submission

pytestmark = pytest.mark.django_db(transaction=True)
SENDER = "Sophie <s@school.test>"
OURS = "mx.ac-poitiers.test"
LIST = {
    "List_Unsubscribe": "<https://news.test/u>, <mailto:off@news.test?subject=stop>",
    "List_Unsubscribe_Post": "List-Unsubscribe=One-Click",
}
SIGNED = {
    "Authentication_Results": f"{OURS}; dkim=pass header.d=news.test",
    "DKIM_Signature": "d=news.test; h=list-unsubscribe:list-unsubscribe-post; b=x",
}


def asking(desk: Desk) -> int:
    fields = {"Disposition_Notification_To": SENDER, "Message_ID": "<1@school.test>"}
    return desk.box.deliver(letter("À lire", sender=SENDER, **fields))


def shown(desk: Desk, uid: int) -> str:
    return desk.get(rest=f"{uid}/").content.decode()


def test_reading_sends_no_receipt(desk: Desk) -> None:
    uid = asking(desk)
    assert "s@school.test demande un accusé de lecture." in shown(desk, uid)
    assert not Outgoing.objects.exists()


def test_a_receipt_leaves_on_a_click_and_is_not_asked_again(
    desk: Desk, submission: Submission
) -> None:
    uid = asking(desk)
    answer = desk.post(f"{uid}/accuse/", answer="send")
    assert (answer.status_code, answer["Location"]) == (303, desk.path(rest=f"{uid}/"))
    assert "$MDNSent" in desk.box.flags(uid)
    after = shown(desk, uid)
    assert "Accusé de lecture envoyé" in after
    assert "demande un accusé" not in after
    assert tick().state == "sent"
    [delivery] = submission.deliveries
    assert (delivery.sender, delivery.recipients) == ("", ["s@school.test"])
    assert b"disposition-notification" in delivery.message
    assert desk.post(f"{uid}/accuse/", answer="send").status_code == 409


def test_a_refusal_is_remembered(desk: Desk) -> None:
    uid = asking(desk)
    told = desk.update(f"{uid}/accuse/", answer="never").content.decode()
    assert "Aucun accusé de lecture envoyé" in told
    assert "$MDNSent" in desk.box.flags(uid)
    assert not Outgoing.objects.exists()


def test_another_answer_is_refused(desk: Desk) -> None:
    assert desk.post(f"{asking(desk)}/accuse/", answer="maybe").status_code == 400


def test_who_only_reads_answers_nothing(reading_desk: Desk) -> None:
    uid = asking(reading_desk)
    assert "Envoyer l’accusé" not in shown(reading_desk, uid)
    assert reading_desk.post(f"{uid}/accuse/", answer="send").status_code == 403
    assert reading_desk.post(f"{uid}/desabonnement/").status_code == 403


@pytest.mark.parametrize("rest", ["accuse/", "desabonnement/"])
def test_somebody_elses_message(desk: Desk, reading_desk: Desk, rest: str) -> None:
    uid = asking(reading_desk)
    path = reading_desk.path(rest=f"{uid}/{rest}")
    assert desk.visitor.post(path, {"answer": "send"}).status_code == 404


def test_one_click_leaves_a_list(
    desk: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRUSTED_AUTHSERV_ID = OURS
    asked: list[str] = []
    monkeypatch.setattr(fetcher, "unsubscribe", lambda url, person: asked.append(url))
    uid = desk.box.deliver(letter(**LIST, **SIGNED))
    assert "Se désabonner" in shown(desk, uid)
    assert desk.post(f"{uid}/desabonnement/").status_code == 303
    assert asked == ["https://news.test/u"]
    assert not Outgoing.objects.exists()


def test_a_host_that_does_not_answer_is_told(
    desk: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(url: str, person: int) -> None:
        raise Unavailable

    settings.TRUSTED_AUTHSERV_ID = OURS
    monkeypatch.setattr(fetcher, "unsubscribe", fails)
    uid = desk.box.deliver(letter(**LIST, **SIGNED))
    assert desk.post(f"{uid}/desabonnement/").status_code == 503


def test_without_a_signature_a_letter_is_sent(
    desk: Desk, submission: Submission
) -> None:
    uid = desk.box.deliver(letter(**LIST, Message_ID="<1@news.test>"))
    assert "→ off@news.test · stop" in shown(desk, uid)
    desk.post(f"{uid}/desabonnement/")
    desk.post(f"{uid}/desabonnement/")
    assert tick().state == "sent"
    [delivery] = submission.deliveries
    assert delivery.recipients == ["off@news.test"]
    assert b"Subject: stop" in delivery.message


def test_where_there_is_only_a_page_it_is_linked(desk: Desk) -> None:
    url = {"List_Unsubscribe": "<https://news.test/u?a=1&b=2>"}
    uid = desk.box.deliver(letter(**url))
    page = shown(desk, uid)
    assert 'href="https://news.test/u?a=1&amp;b=2" target="_blank"' in page
    assert "Se désabonner sur news.test" in page
    assert desk.post(f"{uid}/desabonnement/").status_code == 409
