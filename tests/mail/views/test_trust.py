"""Senders whose images one always wants to see."""

from __future__ import annotations

import re

import pytest
from pytest_django.fixtures import Settings

from mail.models import TrustedSender
from tests.mail.views.conftest import Desk, letter

pytestmark = pytest.mark.django_db
OURS = "mx.ac-poitiers.test"
HTML = '<p>Lettre<img src="https://pictures.test/a.png">'
ALWAYS = "Toujours pour cet expéditeur"


@pytest.fixture(autouse=True)
def our_server(settings: Settings) -> None:
    settings.TRUSTED_AUTHSERV_ID = OURS


def newsletter(desk: Desk, result: str = "pass", sender: str = "n@news.test") -> int:
    proof = {"Authentication_Results": f"{OURS}; dmarc={result}"}
    return desk.box.deliver(letter(sender=sender, html=HTML, **proof))


def shown(desk: Desk, uid: int) -> str:
    return desk.get(rest=f"{uid}/").content.decode()


def document(desk: Desk, page: str) -> str:
    found = re.search(r'<iframe[^>]* src="([^"]*)"', page)
    assert found
    answer = desk.visitor.get(found[1].replace("&amp;", "&"))
    return answer.content.decode()


def test_images_of_a_trusted_sender_are_shown_and_can_be_blocked_again(
    desk: Desk,
) -> None:
    uid, later = newsletter(desk), newsletter(desk)
    page = shown(desk, uid)
    assert ALWAYS in page
    assert "/images/" not in document(desk, page)
    answer = desk.post(f"{uid}/confiance/", trust="on")
    assert (answer.status_code, answer["Location"]) == (303, desk.path(rest=f"{uid}/"))
    for one in (uid, later, uid):
        page = shown(desk, one)
        assert "Vous affichez toujours" in page
        assert 'src="/images/' in document(desk, page)
    desk.post(f"{later}/confiance/", trust="off")
    page = shown(desk, uid)
    assert ALWAYS in page
    assert "/images/" not in document(desk, page)


def test_trust_does_not_count_for_who_only_says_so(desk: Desk) -> None:
    uid = newsletter(desk)
    desk.post(f"{uid}/confiance/", trust="on")
    assert "Vous affichez toujours" in shown(desk, uid)
    forged = newsletter(desk, "fail")
    page = shown(desk, forged)
    assert "Vous affichez toujours" not in page
    assert "/images/" not in document(desk, page)


@pytest.mark.parametrize("result", ["fail", "none"])
def test_who_is_not_known_to_be_the_sender_cannot_be_trusted(
    desk: Desk, result: str
) -> None:
    assert ALWAYS in shown(desk, newsletter(desk))
    uid = newsletter(desk, result)
    assert ALWAYS not in shown(desk, uid)
    assert desk.post(f"{uid}/confiance/", trust="on").status_code == 409
    assert not TrustedSender.objects.exists()


def test_trust_is_of_one_person_and_one_sender(desk: Desk) -> None:
    desk.post(f"{newsletter(desk)}/confiance/", trust="on")
    assert ALWAYS in shown(desk, newsletter(desk, sender="m@news.test"))
    assert TrustedSender.objects.get().address == "n@news.test"


def test_another_word_is_refused(desk: Desk) -> None:
    assert desk.post(f"{newsletter(desk)}/confiance/", trust="x").status_code == 400


def test_somebody_elses_message(desk: Desk, reading_desk: Desk) -> None:
    path = reading_desk.path(rest=f"{newsletter(reading_desk)}/confiance/")
    assert desk.visitor.post(path, {"trust": "on"}).status_code == 404
