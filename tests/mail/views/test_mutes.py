"""Muted conversations: what comes after skips the inbox."""

from __future__ import annotations

import itertools
import re
from types import SimpleNamespace

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Mailbox
from convergence.errors import MailUnavailable
from mail import filing, muting
from mail.models import Mute
from tests.mail.views.conftest import Desk
from tests.mail.views.test_conversations import deliver

pytestmark = pytest.mark.django_db
MUTED, SEEN = "$Muted", r"\Seen"
PLACE = "conversation/sourdine/"
YEAR = f"Archive/{timezone.now().year}"
YEAR_PATH = YEAR.replace("/", "~1")


@pytest.fixture
def thread(desk: Desk) -> Desk:
    deliver(desk, "a")
    deliver(desk, "b", "a", subject="Re: Sortie", flags=())
    return desk


def mailbox_of(desk: Desk) -> Mailbox:
    return Mailbox.objects.get(address=desk.address)


def names(desk: Desk, folder: str = "INBOX") -> list[str]:
    found = (re.search(rb"Message-ID: <(\w+)@", m) for m in desk.box.messages(folder))
    return [match[1].decode() for match in found if match]


def test_what_is_muted_leaves_the_inbox_read(thread: Desk) -> None:
    update = thread.update(f"2/{PLACE}", on="1").content.decode()
    assert "2 messages archivés" in update
    assert names(thread) == []
    assert names(thread, YEAR) == ["a", "b"]
    assert {MUTED, SEEN} <= thread.box.flags(2, YEAR)


def test_what_comes_after_follows_once(thread: Desk) -> None:
    thread.post(f"2/{PLACE}", on="1")
    deliver(thread, "c", "a b", subject="RE : Sortie", flags=())
    deliver(thread, "d", "a b", subject="Autre sujet", flags=())
    deliver(thread, "e", flags=())
    swept = muting.sweep_due()
    assert (names(thread), swept) == (["d", "e"], 1)
    assert names(thread, YEAR) == ["a", "b", "c"]
    assert muting.sweep_due() == 0


def test_what_could_not_leave_is_tried_again(
    thread: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread.post(f"2/{PLACE}", on="1")
    deliver(thread, "c", "a b", flags=())
    with monkeypatch.context() as broken:

        def refuse(*words: object) -> None:
            raise MailUnavailable

        broken.setattr(filing, "archive", refuse)
        assert muting.sweep_due() == 0
    assert muting.sweep_due() == 1
    assert names(thread, YEAR) == ["a", "b", "c"]


def test_what_a_person_puts_back_stays(thread: Desk) -> None:
    thread.post(f"2/{PLACE}", on="1")
    thread.post("deplacements/", folder=YEAR_PATH, uid="1", to="INBOX")
    assert muting.sweep_due() == 0
    assert names(thread) == ["a"]
    assert "En sourdine" in thread.get().content.decode()


def test_the_notice_takes_it_back(thread: Desk) -> None:
    update = thread.update(f"2/{PLACE}", on="1").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', update)
    assert token
    thread.post(f"2/{PLACE}", token=token[1], root="<a@x.test>")
    assert sorted(names(thread)) == ["a", "b"]
    assert not Mute.objects.exists()
    assert all(MUTED not in thread.box.flags(uid) for uid in (3, 4))
    # one was read before, the other is not
    assert sorted(SEEN in thread.box.flags(uid) for uid in (3, 4)) == [False, True]
    deliver(thread, "c", "a b", flags=())
    assert muting.sweep_due() == 0


def test_the_conversation_says_it_and_ends_it(thread: Desk) -> None:
    thread.post(f"2/{PLACE}", on="1")
    page = thread.get(YEAR_PATH, "2/conversation/").content.decode()
    assert "Ne plus mettre en sourdine" in page
    answer = thread.post(f"2/{PLACE}", folder=YEAR_PATH)
    assert answer["Location"].endswith(f"{YEAR_PATH}/2/conversation/")
    page = thread.get(YEAR_PATH, "2/conversation/").content.decode()
    assert "Mettre en sourdine" in page
    assert not Mute.objects.exists()


def test_elsewhere_it_stays_where_it_is(desk: Desk) -> None:
    deliver(desk, "a", folder="Classe")
    desk.post(f"1/{PLACE}", folder="Classe", on="1")
    assert names(desk, "Classe") == ["a"]
    deliver(desk, "b", "a", flags=())
    assert muting.sweep_due() == 1


def test_old_mutes_are_not_followed(thread: Desk) -> None:
    thread.post(f"2/{PLACE}", on="1")
    Mute.objects.update(created_at=timezone.now() - muting.FOLLOWED_FOR * 2)
    deliver(thread, "c", "a b", flags=())
    assert muting.sweep_due() == 0


def test_a_mailbox_that_does_not_answer_stops_no_other(
    thread: Desk, settings: object
) -> None:
    thread.post(f"2/{PLACE}", on="1")
    Mailbox.objects.filter(address=thread.address).update(login="personne.inconnue")
    assert muting.sweep_due() == 0


def test_a_reader_may_not(reading_desk: Desk) -> None:
    deliver(reading_desk, "a")
    assert reading_desk.post(f"1/{PLACE}", on="1").status_code == 403
    assert "sourdine" not in reading_desk.get(rest="1/conversation/").content.decode()


def test_another_s_mailbox_does_not_exist(thread: Desk) -> None:
    path = f"/courrier/quelqu.un@ac-poitiers.test/INBOX/1/{PLACE}"
    assert thread.visitor.post(path, {"on": "1"}).status_code == 404


def test_a_list_that_makes_no_sense_hides_nothing_of_the_act(thread: Desk) -> None:
    update = thread.update(f"2/{PLACE}?page=x", on="1")
    assert update.status_code == 200
    assert 'name="token"' in update.content.decode()
    assert names(thread) == []
    assert AuditEvent.objects.filter(act="conversation.mute").count() == 1


def test_a_forged_root_is_refused(thread: Desk) -> None:
    answer = thread.update(f"2/{PLACE}", root="<a>\r\nX")
    assert answer.status_code == 400
    assert thread.update(f"2/{PLACE}", root='"*').status_code == 200


def test_no_mailbox_is_always_the_last(
    thread: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread.post(f"2/{PLACE}", on="1")
    mute = Mute.objects.get()
    other = Mailbox.objects.create(address="autre@ac-poitiers.test", login="autre")
    Mute.objects.create(mailbox=other, root="<x@x.test>", author=mute.author)
    first: set[str] = set()

    def swept(box: Mailbox) -> int:
        first.add(box.address)
        return 1

    monkeypatch.setattr(muting, "_swept", swept)
    clock = itertools.cycle([0.0, 0.0, muting.TICK])
    monkeypatch.setattr(muting, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    assert {muting.sweep_due() for _tick in range(60)} == {1}
    assert first == {thread.address, other.address}
