"""The outbox: stored once, taken back, held; whatever fails in between."""

from __future__ import annotations

from datetime import timedelta
from typing import NoReturn

import pytest
from django.db import IntegrityError
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts import preferences
from accounts.models import Mailbox, Membership, User
from convergence.errors import Conflict, MailUnavailable, OverQuota
from mail import sending
from mail.composing import File
from mail.messages import Address
from mail.models import Outgoing
from tests.mail.conftest import SCHEDULED, Office, tick
from tests.stack.proxy import Proxy
from tests.stack.submission import Submission

TOKEN = "f" * 32


def test_a_message_waits_in_the_outbox(office: Office, settings: Settings) -> None:
    row = office.write("c@mairie.test", subject="Été")
    row.refresh_from_db()
    assert row.state == "held"
    wait = row.due_at - timezone.now()
    assert timedelta(0) < wait <= timedelta(seconds=settings.UNDO_SECONDS)
    assert [r.address for r in row.recipients.all()] == ["c@mairie.test"]
    [copy] = office.box.messages(SCHEDULED)
    assert row.message_id.encode() in copy
    assert row.message_id.endswith(f"@{settings.MAIL_DOMAIN}>")
    assert row.size == len(copy)


def test_nothing_leaves_before_its_time(office: Office, submission: Submission) -> None:
    office.write("c@mairie.test")
    assert tick(seconds=5).state == "held"
    assert submission.commands == []


def test_the_same_token_is_one_message(office: Office) -> None:
    first, second = (office.write("c@mairie.test", token=TOKEN) for _ in "12")
    assert first.pk == second.pk
    assert len(office.box.messages(SCHEDULED)) == 1


def test_a_second_click_waits_for_the_first(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = office.write("c@mairie.test", token=TOKEN)
    Outgoing.objects.update(state="storing")
    # what the first click does while the second sleeps
    end = lambda _seconds: Outgoing.objects.update(state="held")  # noqa: E731
    monkeypatch.setattr("mail.sending.time.sleep", end)
    assert office.write("c@mairie.test", token=TOKEN).pk == row.pk
    assert len(office.box.messages(SCHEDULED)) == 1


def test_a_second_click_does_not_wait_for_ever(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.write("c@mairie.test", token=TOKEN)
    Outgoing.objects.update(state="storing")
    monkeypatch.setattr(sending, "STORED_WITHIN", 0.1)
    with pytest.raises(Conflict, match="en cours"):
        office.write("c@mairie.test", token=TOKEN)


def test_a_row_that_is_never_recorded_ends(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object) -> NoReturn:
        raise IntegrityError

    monkeypatch.setattr("mail.sending._record", refused)
    with pytest.raises(sending.Underway):
        office.write("c@mairie.test", token=TOKEN)


def test_clicks_in_the_same_instant_are_one_message(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = office.write("c@mairie.test", token=TOKEN)
    known = sending.known
    seen: list[object] = []

    def too_early(*args: object) -> Outgoing | None:
        seen.append(args)
        return known(*args) if len(seen) > 1 else None  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "known", too_early)
    assert office.write("c@mairie.test", token=TOKEN).pk == row.pk
    assert len(office.box.messages(SCHEDULED)) == 1


@pytest.mark.parametrize("state", ["cancelled", "failed", "unknown"])
def test_what_ended_badly_is_sent_anew(office: Office, state: str) -> None:
    """The form that one comes back to is not the click of then."""
    old = office.write("c@mairie.test", token=TOKEN)
    Outgoing.objects.update(state=state)
    new = office.write("d@mairie.test", token=TOKEN)
    assert (new.pk != old.pk, new.state) == (True, "held")
    assert office.write("d@mairie.test", token=TOKEN).pk == new.pk
    assert len(office.box.messages(SCHEDULED)) == 2
    old.refresh_from_db()
    assert old.state == state


@pytest.mark.parametrize("state", ["held", "due", "sending", "sent"])
def test_what_leaves_or_has_left_is_the_same_click(office: Office, state: str) -> None:
    row = office.write("c@mairie.test", token=TOKEN)
    Outgoing.objects.update(state=state)
    assert office.write("c@mairie.test", token=TOKEN).pk == row.pk


def test_a_token_is_nobody_elses(office: Office) -> None:
    office.write("c@mairie.test", token=TOKEN)
    stranger = User.objects.create(uid="x")
    with pytest.raises(Conflict):
        Office(stranger, office.mailbox, office.box).write("c@d.test", token=TOKEN)


def test_undoing_gives_everything_back(office: Office) -> None:
    row = office.write(
        "c@mairie.test",
        subject="Réunion",
        text="À demain",
        bcc=(Address("", "cache@mairie.test"),),
        files=(File("note.pdf", "application/pdf", b"%PDF"),),
    )
    folder, uid = office.cancel(row)
    [copy] = office.box.messages("Drafts")
    assert (folder, uid) == ("Drafts", 1)
    assert b"cache@mairie.test" in copy
    assert b"note.pdf" in copy
    assert office.box.messages(SCHEDULED) == []
    assert tick().state == "cancelled"


def test_undoing_twice_leads_to_the_same_draft(office: Office) -> None:
    row = office.write("c@mairie.test")
    assert office.cancel(row) == office.cancel(row)
    assert len(office.box.messages("Drafts")) == 1


@pytest.mark.parametrize("state", ["sending", "sent", "failed", "unknown"])
def test_undoing_too_late_is_told(office: Office, state: str) -> None:
    row = office.write("c@mairie.test")
    Outgoing.objects.update(state=state)
    with pytest.raises(Conflict, match="Trop tard"):
        office.cancel(row)
    assert len(office.box.messages(SCHEDULED)) == 1


def test_what_some_have_got_cannot_be_taken_back(office: Office) -> None:
    row = office.write("c@mairie.test", "d@mairie.test")
    Outgoing.objects.update(state="due")
    row.recipients.filter(address="c@mairie.test").update(accepted=True)
    with pytest.raises(Conflict):
        office.cancel(row)


def test_an_undo_that_broke_off_still_ends_in_the_drafts(
    office: Office, spoiled: Proxy
) -> None:
    row = office.write("c@mairie.test")
    spoiled.cut(b"UID MOVE")
    with pytest.raises(MailUnavailable):
        office.cancel(row)
    tick(row, minutes=1)
    assert (row.state, row.filed) == ("cancelled", True)
    assert len(office.box.messages("Drafts")) == 1
    assert office.box.messages(SCHEDULED) == []


def test_a_full_mailbox_queues_nothing(office: Office, spoiled: Proxy) -> None:
    spoiled.answer(b"APPEND", b"NO [OVERQUOTA] full")
    with pytest.raises(OverQuota, match="pleine"):
        office.write("c@mairie.test", token=TOKEN)
    assert not Outgoing.objects.exists()
    # the form still has the text: the same token may be used again
    assert office.write("c@mairie.test", token=TOKEN).state == "held"


def test_a_deposit_of_unknown_outcome_is_never_sent(
    office: Office, spoiled: Proxy, submission: Submission
) -> None:
    spoiled.cut(b"APPEND", after=True)
    with pytest.raises(MailUnavailable):
        office.write("c@mairie.test", token=TOKEN)
    row = tick(minutes=1)
    assert submission.deliveries == []
    assert office.box.messages(SCHEDULED) == []
    assert len(office.box.messages("Drafts")) == 1
    assert row.state == "failed"
    assert "brouillon" in row.failure


def test_such_a_deposit_sent_again_leaves_one_message(
    office: Office, spoiled: Proxy, submission: Submission
) -> None:
    spoiled.cut(b"APPEND", after=True)
    with pytest.raises(MailUnavailable):
        office.write("c@mairie.test", token=TOKEN)
    office.write("c@mairie.test", token=TOKEN)
    tick(Outgoing.objects.get(token=TOKEN), minutes=1)
    row = tick(minutes=3)
    assert row.state == "sent"
    assert len(submission.deliveries) == 1
    assert office.box.messages(SCHEDULED) == office.box.messages("Drafts") == []
    assert len(office.box.messages("Sent")) == 1


def test_a_crash_while_storing_is_swept(office: Office, submission: Submission) -> None:
    row = office.write("c@mairie.test", token=TOKEN)
    Outgoing.objects.update(state="storing", claimed_at=timezone.now())
    assert tick(row, seconds=60).state == "storing"
    assert tick(row, minutes=5).state == "failed"
    assert submission.deliveries == []
    assert len(office.box.messages("Drafts")) == 1
    assert office.write("c@mairie.test", token=TOKEN).pk != row.pk


def test_a_row_without_a_message_disappears(office: Office) -> None:
    Outgoing.objects.create(
        mailbox=office.mailbox,
        author=office.user,
        state="storing",
        claimed_at=timezone.now() - timedelta(hours=1),
        due_at=timezone.now(),
        message_id="<x@y.test>",
        token=TOKEN,
        sender=office.mailbox.address,
    )
    # a slow server may still store it
    assert tick().state == "storing"
    with pytest.raises(Outgoing.DoesNotExist):
        tick(minutes=3)


def test_only_the_author_has_a_failed_message_sent_again(office: Office) -> None:
    row = office.write("c@mairie.test", "d@mairie.test")
    with pytest.raises(Conflict):
        sending.retry(row)
    Outgoing.objects.update(state="failed")
    row.recipients.update(accepted=False, code=550, answer="Non.")
    row.recipients.filter(address="d@mairie.test").update(accepted=True)
    sending.retry(row)
    row.refresh_from_db()
    answers = row.recipients.order_by("pk").values_list("accepted", "answer")
    assert (row.state, list(answers)) == ("due", [(None, ""), (True, "Non.")])


def test_a_mailbox_may_have_several_authors(office: Office) -> None:
    colleague = User.objects.create(uid="collegue")
    Membership.objects.create(user=colleague, mailbox=office.mailbox, role="member")
    rows = [office.write("c@mairie.test", token="a" * 32)]
    rows.append(
        Office(colleague, office.mailbox, office.box).write("c@d.test", token="b" * 32)
    )
    assert [row.author.uid for row in rows] == [office.user.uid, "collegue"]
    assert Mailbox.objects.get().outgoing.count() == 2


def test_a_chosen_hour_is_kept(office: Office, submission: Submission) -> None:
    at = timezone.now() + timedelta(days=3)
    row = office.write("c@mairie.test", due_at=at)
    assert (row.scheduled, row.due_at) == (True, at)
    assert tick(row, days=2).state == "held"
    assert tick(row, days=3, seconds=5).state == "sent"
    assert len(submission.deliveries) == 1


def test_the_undo_window_is_that_of_the_author(office: Office) -> None:
    preferences.choose(office.user, undo_seconds=0)
    assert office.write("c@mairie.test").due_at <= timezone.now()
    preferences.choose(office.user, undo_seconds=30)
    left = office.write("d@mairie.test").due_at - timezone.now()
    assert left > timedelta(seconds=25)


def test_another_hour_counts_from_then_on(
    office: Office, submission: Submission
) -> None:
    row = office.write("c@mairie.test", due_at=timezone.now() + timedelta(hours=1))
    sending.reschedule(row, timezone.now() + timedelta(hours=5))
    assert tick(row, hours=2).state == "held"
    sending.send_now(row)
    assert tick(row).state == "sent"
    for late in (sending.send_now, lambda r: sending.reschedule(r, timezone.now())):
        with pytest.raises(Conflict, match="Trop tard"):
            late(row)
