"""What was sent is brought up again when nobody else has answered, exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.access import Grant
from convergence.errors import Conflict, InputRefused
from mail import following
from mail.imap.opening import Account, open_store
from mail.models import FollowUp
from mail.store import Store
from tests.doubles.memory_store import MemoryStore
from tests.mail.conftest import Office, later
from tests.mail.test_snoozing import Dying, Killed

ID = "<sent@ac-poitiers.test>"
SOON = timedelta(hours=1)


def sent(office: Office, sender: str = "") -> bytes:
    return (
        f"From: {sender or office.mailbox.address}\r\nTo: m@mairie.test\r\n"
        f"Subject: Devis\r\nMessage-ID: {ID}\r\n\r\nBonjour\r\n"
    ).encode()


def answer(sender: str, *lines: str) -> bytes:
    header = "".join(f"{line}\r\n" for line in lines or (f"In-Reply-To: {ID}",))
    name = f"Message-ID: <{abs(hash((sender, lines)))}@mairie.test>\r\n"
    return f"From: {sender}\r\nSubject: Re: Devis\r\n{name}{header}\r\nOui\r\n".encode()


def follow(office: Office) -> FollowUp:
    uid = office.box.deliver(sent(office), folder="Sent", flags=(r"\Seen",))
    box = office.mailbox
    right = Grant(office.user, box, "owner")  # type: ignore[arg-type]
    with open_store(box.login, box.address, writable=True) as store:
        at = timezone.now() + SOON
        return following.follow(store, right, "Sent", uid, at)


def state() -> str:
    return FollowUp.objects.get().state


def test_without_an_answer_a_copy_stands_on_top_of_the_inbox(office: Office) -> None:
    follow(office)
    office.box.deliver(answer("x@mairie.test", "References: <other@x.test>"))
    assert following.check_due(later(minutes=59)) == 0
    assert following.check_due(later(minutes=61)) == 1
    assert office.box.messages()[-1] == sent(office)
    assert "$Unanswered" in office.box.flags(2)
    assert r"\Seen" not in office.box.flags(2)
    assert len(office.box.messages("Sent")) == 1
    assert following.check_due(later(hours=3)) == 0
    assert state() == "unanswered"


@pytest.mark.parametrize("folder", ["INBOX", "Archive", "Trash", "Dossiers"])
@pytest.mark.parametrize(
    "line", [f"In-Reply-To: {ID}", f"References: <a@b.test>\r\n {ID} <c@d.test>"]
)
def test_an_answer_wherever_it_was_filed_ends_it(
    office: Office, folder: str, line: str
) -> None:
    follow(office)
    office.box.deliver(answer("m@mairie.test", line), folder=folder)
    assert following.check_due(later(hours=2)) == 0
    assert state() == "answered"


@pytest.mark.parametrize(
    "lines", [(f"In-Reply-To: {ID}", "Auto-Submitted: auto-replied")]
)
def test_what_a_program_answers_is_no_answer(
    office: Office, lines: tuple[str, ...]
) -> None:
    follow(office)
    office.box.deliver(answer("m@mairie.test", *lines))
    assert following.check_due(later(hours=2)) == 1


def test_no_time_to_look_everywhere_is_no_lack_of_an_answer(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(office)
    with monkeypatch.context() as hurried:
        hurried.setattr(following, "SEARCH_SECONDS", -1.0)
        assert following.check_due(later(hours=2)) == 0
    assert (office.box.messages(), state()) == ([], "waiting")


def test_ones_own_second_message_is_no_answer(office: Office) -> None:
    office.mailbox.aliases = ["Alias@ac-poitiers.test"]
    office.mailbox.save()
    follow(office)
    for sender in (office.mailbox.address.upper(), "alias@ac-poitiers.test"):
        office.box.deliver(answer(sender), folder="Dossiers")
    assert following.check_due(later(hours=2)) == 1


def test_what_was_deleted_meanwhile_is_told(office: Office) -> None:
    follow(office)
    with office.box.opened("Sent") as client:
        client.store("1", "+FLAGS", r"(\Deleted)")
        client.expunge()
    assert following.check_due(later(hours=2)) == 0
    assert [row.state for row in following.expected(office.mailbox)] == ["gone"]


def test_the_last_date_counts_and_it_is_taken_back(office: Office) -> None:
    row = follow(office)
    following.watch(
        office.mailbox,
        office.user,
        ID,
        subject="Devis",
        sent_on=row.sent_on,
        due_at=later(hours=48),
    )
    assert following.check_due(later(hours=2)) == 0
    found = FollowUp.objects.get()
    following.cancel(found)
    assert following.check_due(later(hours=72)) == 0
    with pytest.raises(Conflict):
        following.cancel(found)


@pytest.mark.parametrize(("sender", "flag"), [("a@mairie.test", ""), ("", r"\Draft")])
def test_what_the_mailbox_has_not_sent_is_not_followed(
    office: Office, sender: str, flag: str
) -> None:
    flags = (flag,) if flag else ()
    uid = office.box.deliver(sent(office, sender), flags=flags)
    box = office.mailbox
    right = Grant(office.user, box, "owner")  # type: ignore[arg-type]
    with (
        open_store(box.login, box.address, writable=True) as store,
        pytest.raises(InputRefused),
    ):
        following.follow(store, right, "INBOX", uid, later(hours=1))


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", range(1, 8))
def test_a_worker_killed_brings_it_up_once(
    office: Office, step: int, after: bool
) -> None:
    store = MemoryStore(office.mailbox.address)
    store.append("Sent", sent(office))
    store.append("INBOX", answer("x@mairie.test", "References: <other@x.test>"))
    following.watch(
        office.mailbox,
        office.user,
        ID,
        subject="Devis",
        sent_on=timezone.localdate(),
        due_at=later(hours=1),
    )
    first, second = (Dying(store, n, after=after) for n in (step, step - 1))
    for hours, box in ((2, first), (3, second), (4, store)):
        with suppress(Killed):
            following.check_due(later(hours=hours), partial(_opened, box))
    assert first.died
    copies = [k for k in store.boxes["INBOX"].kept.values() if "$Unanswered" in k.flags]
    assert len(copies) == 1
    assert state() == "unanswered"


@contextmanager
def _opened(store: Any, _mailbox: Account) -> Iterator[Store]:
    yield store
