"""The outbox in the administration: seen, cancelled, sent again; never read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Mailbox, User
from mail import delivering
from mail.models import Outgoing
from stack.people import Person
from tests.accounts.administrators import acts, signed_in
from tests.stack.boxes import Box
from tests.stack.people import MakePerson

pytestmark = pytest.mark.django_db
LIST = "/administration/mail/outgoing/"
State = Outgoing.State


@pytest.fixture
def admin(person: Person) -> Client:
    return signed_in(person, is_staff=True)


@pytest.fixture
def author(make_person: MakePerson) -> Person:
    """Somebody who has signed in once, and so has a mailbox here."""
    author = make_person()
    signed_in(author)
    return author


def outgoing(author: Person, state: str = State.HELD) -> Outgoing:
    user = User.objects.get(uid=author.uid)
    mark = f"{author.uid}-{state}"
    row = Outgoing.objects.create(
        mailbox=Mailbox.objects.get(login=author.uid),
        author=user,
        state=state,
        due_at=timezone.now() - timedelta(seconds=1),
        message_id=f"<{mark}@ac-poitiers.test>",
        token=mark,
        sender=author.address,
        subject="Un sujet qui ne regarde personne",
    )
    row.recipients.create(address="mairie@mairie.test")
    return row


def ask(client: Client, action: str, row: Outgoing) -> str:
    """What the page says after the action."""
    form = {"action": action, "_selected_action": str(row.pk)}
    return client.post(LIST, form, follow=True).content.decode()


def test_it_shows_states_and_recipients_but_no_subject(
    admin: Client, author: Person
) -> None:
    row = outgoing(author)
    listed = admin.get(LIST).content.decode()
    shown = admin.get(f"{LIST}{row.pk}/change/").content.decode()
    assert author.address in listed
    assert "mairie@mairie.test" in shown
    assert "En attente d’envoi" in shown
    assert row.subject not in listed + shown


def test_nothing_is_written_into_the_outbox(admin: Client, author: Person) -> None:
    row = outgoing(author)
    assert admin.get(f"{LIST}add/").status_code == 403
    change = admin.post(f"{LIST}{row.pk}/change/", {"state": State.SENT})
    delete = admin.post(f"{LIST}{row.pk}/delete/", {"post": "yes"})
    assert (change.status_code, delete.status_code) == (403, 403)
    row.refresh_from_db()
    assert row.state == State.HELD


def test_a_cancelled_message_goes_back_to_its_author(
    admin: Client, author: Person, mailbox_of: Callable[[Person], Box]
) -> None:
    row, box = outgoing(author), mailbox_of(author)
    text = f"Message-ID: {row.message_id}\r\n\r\nBonjour\r\n".encode()
    box.deliver(text, "Programm&AOk-s")
    assert "Messages traités : 1" in ask(admin, "cancel", row)
    row.refresh_from_db()
    assert row.state == State.CANCELLED
    assert [m for m in box.messages("Drafts") if b"Bonjour" in m]
    [event] = acts("admin.outgoing.cancel")
    assert event["mailbox"] == author.address
    assert event["target"] == f"outgoing:{row.pk} {row.message_id}"


def test_it_says_when_it_is_too_late_to_cancel(admin: Client, author: Person) -> None:
    assert "Trop tard" in ask(admin, "cancel", outgoing(author, State.SENT))
    assert [e["outcome"] for e in acts("admin.outgoing.cancel")] == ["refused"]


def test_a_failed_message_is_sent_again(admin: Client, author: Person) -> None:
    row = outgoing(author, State.FAILED)
    ask(admin, "retry", row)
    row.refresh_from_db()
    assert row.state == State.DUE
    assert [e["outcome"] for e in acts("admin.outgoing.retry")] == ["done"]


def test_only_the_author_decides_on_an_unknown_outcome(
    admin: Client, author: Person
) -> None:
    row = outgoing(author, State.UNKNOWN)
    assert "seul l’auteur peut décider" in ask(admin, "retry", row)
    row.refresh_from_db()
    assert row.state == State.UNKNOWN


def test_the_held_messages_of_a_closed_account_do_not_leave(
    admin: Client, author: Person
) -> None:
    row = outgoing(author)
    path = f"/administration/accounts/user/{row.author_id}/change/"
    admin.post(path, {"uai": ""})
    delivering.deliver_due()
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert "ne pouvez plus écrire" in row.failure
    assert row.recipients.get().accepted is None
