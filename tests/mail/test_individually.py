"""One message to each: prepared, paced, interrupted, reported."""

from __future__ import annotations

import email
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.access import grant
from accounts.models import Membership
from convergence.errors import Conflict
from mail import (
    copies,
    delivering,
    individually,
    merging,
    pacing,
    remembering,
    sending,
    tabular,
)
from mail.composing import Draft, File
from mail.imap.opening import open_store
from mail.mailings import Addressee, Mailing
from mail.messages import Address
from mail.models import Outgoing
from mail.store import Store
from tests.mail.conftest import SCHEDULED, Office
from tests.stack.submission import Submission

PEOPLE = tuple(Address(f"Inès Marchand{n}", f"p{n}@parents.test") for n in range(6))
TOKEN = "a" * 32


class Killed(BaseException):
    """The worker is gone in the middle of a line."""


@contextmanager
def opened(office: Office) -> Iterator[Store]:
    box = office.mailbox
    with open_store(box.login, box.address, writable=True) as store:
        yield store


def prepared(office: Office, *people: Address, **fields: Any) -> Mailing:
    draft = Draft(
        **{
            "to": people or PEOPLE,
            "subject": "Pour {{prénom}}",
            "text": "Bonjour {{ prenom }} {{NOM}},\n\nà {{adresse}}.",
            **fields,
        }
    )
    right = grant(office.user, office.mailbox.address)
    with opened(office) as store:
        return individually.prepare(store, right, draft, token=TOKEN)


def begun(office: Office, *people: Address, **fields: Any) -> Mailing:
    mailing = prepared(office, *people, **fields)
    with opened(office) as store:
        individually.begin(store, mailing)
    return mailing


def work(mailing: Mailing, minutes: float = 2) -> Mailing:
    """The worker and beat at some later time."""
    at = timezone.now() + timedelta(minutes=minutes)
    pacing.carry_on(at)
    delivering.deliver_due(at)
    pacing.carry_on(at + timedelta(minutes=2))
    mailing.refresh_from_db()
    return mailing


def received(submission: Submission) -> list[str]:
    return sorted(r for d in submission.deliveries for r in d.recipients)


def test_each_gets_a_message_of_their_own(
    office: Office, submission: Submission
) -> None:
    files = (File("plan.pdf", "application/pdf", b"%PDF"),)
    mailing = work(begun(office, files=files, html="<p>Bonjour {{prenom}}</p>"))
    assert mailing.state == "done"
    assert received(submission) == [p.email for p in PEOPLE]
    first = next(d for d in submission.deliveries if d.recipients == [PEOPLE[0].email])
    message = email.message_from_bytes(first.message, policy=default)
    assert isinstance(message, EmailMessage)
    assert message["Subject"] == "Pour Inès"
    assert message["To"] == "Inès Marchand0 <p0@parents.test>"
    assert b"p1@parents.test" not in first.message
    html = message.get_body(("html",))
    assert html is not None
    assert "Bonjour Inès" in html.get_content()
    assert [f.get_filename() for f in message.iter_attachments()] == ["plan.pdf"]


def test_a_report_is_asked_of_each_and_no_reminder(
    office: Office, submission: Submission
) -> None:
    day = timezone.now() + timedelta(days=3)
    work(begun(office, notify=True, follow_at=day))
    rows = Outgoing.objects.all()
    assert {(row.notify, row.follow_at) for row in rows} == {(True, None)}


def test_one_entry_stands_in_the_sent_folder(
    office: Office, submission: Submission
) -> None:
    begun_one = begun(office)
    assert office.box.messages("Drafts") == []
    work(begun_one)
    assert office.box.messages(SCHEDULED) == []
    [copy] = office.box.messages("Sent")
    assert begun_one.message_id.encode() in copy
    assert all(p.email.encode() in copy for p in PEOPLE)


def test_the_pace_is_that_of_the_institution(
    office: Office, settings: Settings
) -> None:
    settings.INDIVIDUAL_PER_MINUTE = 2
    begun(office)
    now = timezone.now()
    assert [pacing.carry_on(now), pacing.carry_on(now)] == [2, 0]
    assert pacing.carry_on(now + timedelta(seconds=61)) == 2


STEPS = ("taken", "stored", "linked", "recorded")


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_in_the_middle_forgets_and_doubles_nobody(
    office: Office, submission: Submission, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    mailing = begun(office)
    for count in range(1, 4):
        _kill(monkeypatch, step, after=count)
        with pytest.raises(Killed):
            pacing.carry_on(timezone.now() + timedelta(minutes=5 * count))
        monkeypatch.undo()
    for minutes in (60, 70, 80):
        Outgoing.objects.filter(state="storing").update(
            claimed_at=timezone.now() - timedelta(hours=1)
        )
        work(mailing, minutes)
    assert received(submission) == [p.email for p in PEOPLE]
    assert mailing.state == "done"
    assert office.box.messages(SCHEDULED) == office.box.messages("Drafts") == []
    assert len(office.box.messages("Sent")) == 1


def test_a_beginning_that_was_interrupted_is_begun_again(
    office: Office, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = prepared(office)
    monkeypatch.setattr(individually, "_change", _dies)
    with opened(office) as store, pytest.raises(Killed):
        individually.begin(store, mailing)
    monkeypatch.undo()
    with opened(office) as store:
        individually.begin(store, mailing)
    assert work(mailing).state == "done"
    assert received(submission) == [p.email for p in PEOPLE]


def test_a_stop_stops_all_also_when_the_server_goes_away(
    office: Office, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = begun(office)
    pacing.carry_on()
    monkeypatch.setattr(copies, "drop", _dies)
    with opened(office) as store, pytest.raises(Killed):
        individually.stop(store, mailing)
    monkeypatch.undo()
    work(mailing)
    assert received(submission) == []
    # what was queued for each is gone, the text is a draft again
    assert office.box.messages(SCHEDULED) == []
    assert len(office.box.messages("Drafts")) == 1


def test_a_stop_reaches_what_a_worker_is_just_queueing(
    office: Office, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing, queue = begun(office), sending.queue

    def stopped(store: Store, *args: Any, **options: Any) -> Outgoing:
        row = queue(store, *args, **options)
        if not seen:
            seen.append(row)
            individually.stop(store, Mailing.objects.get())
        return row

    seen: list[Outgoing] = []
    monkeypatch.setattr(sending, "queue", stopped)
    pacing.carry_on()
    monkeypatch.undo()
    work(mailing)
    assert (received(submission), office.box.messages(SCHEDULED)) == ([], [])


def _dies(*_args: object, **_options: object) -> None:
    raise Killed


def _kill(patch: pytest.MonkeyPatch, step: str, after: int) -> None:
    """Before the `after`-th message of this tick: when the person is taken, when the
    row is recorded, when the message is stored, when the row is linked."""
    places = {
        "taken": (sending, "queue"),
        "recorded": (sending, "_deposit"),
        "stored": (remembering, "met"),
        "linked": (pacing, "_linked"),
    }
    module, name = places[step]
    original, calls = getattr(module, name), [0]

    def dies(*args: Any, **options: Any) -> Any:
        calls[0] += 1
        if calls[0] == min(after, 2):
            raise Killed
        return original(*args, **options)

    patch.setattr(module, name, dies)


def test_two_workers_at_once_double_nobody(
    office: Office, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = begun(office)
    queue = sending.queue
    nested: list[int] = []

    def slow(*args: Any, **options: Any) -> Outgoing:
        if not nested:
            nested.append(pacing.carry_on(timezone.now() + timedelta(minutes=2)))
        return queue(*args, **options)

    monkeypatch.setattr(sending, "queue", slow)
    pacing.carry_on()
    work(mailing, 10)
    assert received(submission) == [p.email for p in PEOPLE]


def test_pausing_keeps_the_rest_and_stopping_leaves_it_out(
    office: Office, submission: Submission, settings: Settings
) -> None:
    settings.INDIVIDUAL_PER_MINUTE = 2
    mailing = begun(office)
    mailing.addressees.update(fields={"classe": "6e"})
    pacing.carry_on()
    delivering.deliver_due(timezone.now() + timedelta(seconds=30))
    individually.pause(mailing)
    assert pacing.carry_on(timezone.now() + timedelta(minutes=2)) == 0
    individually.resume(mailing)
    pacing.carry_on(timezone.now() + timedelta(minutes=4))
    with opened(office) as store:
        individually.stop(store, mailing)
    work(mailing, 10)
    assert (mailing.state, len(received(submission))) == ("cancelled", 2)
    assert office.box.messages(SCHEDULED) == office.box.messages("Drafts") == []
    assert len(office.box.messages("Sent")) == 1
    assert individually.counts(mailing)["left"] == 4
    assert not mailing.addressees.exclude(fields={}).exists()
    with opened(office) as store, pytest.raises(Conflict):
        individually.stop(store, mailing)


def test_a_right_that_ends_makes_it_pause_and_say_so(
    office: Office, submission: Submission
) -> None:
    mailing = begun(office)
    Membership.objects.update(role="reader")
    work(mailing)
    assert (mailing.state, received(submission)) == ("paused", [])
    assert mailing.reason


def test_a_text_that_was_removed_makes_it_pause(
    office: Office, submission: Submission
) -> None:
    mailing = begun(office)
    with opened(office) as store:
        folder, uid = individually.place(store, mailing)
        store.expunge(folder, [uid])
    assert work(mailing).state == "paused"
    assert "retiré" in mailing.reason


def test_one_refusal_is_told_of_that_one(
    office: Office, submission: Submission
) -> None:
    submission.answers["p3@parents.test"] = "550 5.1.1 unknown"
    mailing = work(begun(office))
    assert mailing.state == "done"
    counts = individually.counts(mailing)
    assert (counts["sent"], counts["failed"]) == (5, 1)
    failed = mailing.addressees.get(outgoing__state="failed")
    assert failed.address == "p3@parents.test"
    work(mailing, 30)
    [news] = office.box.messages("INBOX")
    assert b"Auto-Submitted: auto-generated" in news
    assert b"p3@parents.test" in news


def test_duplicates_and_the_departed_are_pointed_out(office: Office) -> None:
    ours = office.mailbox.address
    gone = f"parti@{ours.partition('@')[2]}"
    people = (*PEOPLE[:2], Address("", ours), Address("", gone))
    mailing = prepared(office, *people)
    table = f"mail;classe\nP0@parents.test;6e\n{gone};5e\nx@y.test;4e\nX@Y.test;3e"
    individually.fill(mailing, tabular.read(table.encode()))
    flags = list(mailing.addressees.values_list("address", "flag", "state", "imported"))
    assert flags == [
        ("p0@parents.test", "duplicate", "left", False),
        ("p1@parents.test", "", "waiting", False),
        (ours, "", "waiting", False),
        (gone, "duplicate", "left", False),
        ("P0@parents.test", "", "waiting", True),
        (gone, "absent", "waiting", True),
        ("x@y.test", "", "waiting", True),
        ("X@Y.test", "duplicate", "left", True),
    ]
    assert individually.leave_out_absent(mailing) == 1
    assert individually.counts(mailing)["total"] == 4


def test_a_draft_that_goes_on_keeps_its_list(office: Office) -> None:
    mailing = prepared(office)
    individually.fill(mailing, tabular.read(b"mail;nom\nx@y.test;X"))
    right = grant(office.user, office.mailbox.address)
    again = Draft(to=PEOPLE[:1], subject="Autre", text="Autre")
    with opened(office) as store:
        same = individually.prepare(
            store, right, again, token="b" * 32, replaces=mailing.message_id
        )
    assert same.pk == mailing.pk
    assert [p.address for p in same.addressees.all()] == ["x@y.test", "p0@parents.test"]
    assert len(office.box.messages("Drafts")) == 1


def test_fields_are_text_and_unknown_ones_are_pointed_out() -> None:
    person = Addressee(
        address="a@b.test", name="Inès", fields={"classe": "<b>6e</b>", "vide": ""}
    )
    template = Draft(
        subject="{{classe}}",
        text="{{classe}} {{vide}}",
        html="<p>{{ Classe }} {{autre}}</p>",
    )
    draft = merging.merged(template, person)
    assert draft.subject == "<b>6e</b>"
    assert draft.html == "<p>&lt;b&gt;6e&lt;/b&gt; {{autre}}</p>"
    assert merging.unknown(template, [person]) == [("{{vide}}", 1), ("{{autre}}", 1)]
