"""As whom one writes, and what is asked with a message."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Mailbox
from mail import moments
from mail.models import Outgoing
from stack.people import FunctionalMailbox, Person
from tests.accounts.conftest import Visitor
from tests.mail.views.conftest import Desk, letter
from tests.mail.views.test_attached import hidden
from tests.mail.views.test_drafts import told
from tests.stack.boxes import Box

pytestmark = pytest.mark.django_db
SCHEDULED = "Programm&AOk-s"


def form(desk: Desk, rest: str = "") -> str:
    answer = desk.visitor.get(f"/ecrire/{desk.address}/{rest}")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def chosen(page: str) -> str:
    [line] = [x for x in page.splitlines() if "<option" in x and " selected" in x]
    return line.partition(" selected>")[2].partition("</option>")[0]


def alias_of(desk: Desk) -> str:
    return str(Mailbox.objects.get(address=desk.address).aliases[0])


@pytest.fixture
def secretary(
    db: None,
    person: Person,
    mailbox_of: Callable[[Person], Box],
    make_functional_mailbox: Callable[..., FunctionalMailbox],
) -> tuple[Desk, FunctionalMailbox, FunctionalMailbox]:
    """At their own desk: the mailbox that they write for, and one that they read."""
    written = make_functional_mailbox(members=(person,))
    read = make_functional_mailbox(readers=(person,))
    visitor = Visitor()
    assert visitor.sign_in(person).status_code == 302
    return Desk(visitor, mailbox_of(person), person.address), written, read


def test_one_writes_as_the_mailbox_and_its_aliases(desk: Desk) -> None:
    page = form(desk)
    assert f"<{desk.address}>" in chosen(page)
    assert desk.write(to="c@mairie.test", sender=alias_of(desk)).status_code == 303
    assert Outgoing.objects.get().sender == alias_of(desk)


def test_an_answer_leaves_as_the_address_that_was_written_to(desk: Desk) -> None:
    desk.box.deliver(letter(to=alias_of(desk)))
    assert alias_of(desk) in chosen(form(desk, "INBOX/1/reponse/"))


def test_a_draft_keeps_its_sender_and_its_wishes(desk: Desk) -> None:
    fields = {"sender": alias_of(desk), "reply_to": "d@mairie.test", "receipt": "on"}
    assert desk.write(save="1", text="Suite", **fields).status_code == 303
    page = form(desk, "Drafts/1/brouillon/")
    assert alias_of(desk) in chosen(page)
    assert 'value="d@mairie.test"' in page
    assert re.search(r'name="receipt"[^>]* checked', page)


def test_a_functional_mailbox_is_written_for_from_ones_own(
    secretary: tuple[Desk, FunctionalMailbox, FunctionalMailbox],
    mailbox_of: Callable[[FunctionalMailbox], Box],
) -> None:
    desk, written, read = secretary
    page = form(desk)
    assert written.address in page
    assert read.address not in page
    fields = {"to": "c@mairie.test", "text": "Pour tous", "sender": written.address}
    for _click in "12":
        assert desk.write(**fields).status_code == 303
    row = Outgoing.objects.get()
    assert (row.mailbox.address, row.sender) == (written.address, written.address)
    assert len(mailbox_of(written).messages(SCHEDULED)) == 1
    assert SCHEDULED not in desk.box.folders()


def test_what_may_have_left_as_another_mailbox_is_not_sent_again(
    secretary: tuple[Desk, FunctionalMailbox, FunctionalMailbox],
) -> None:
    desk, written, _read = secretary
    first = told(desk, to="c@mairie.test", text="Un")
    page = desk.visitor.get(first["path"]).content.decode()
    fields = hidden(page) | {
        "to": "c@mairie.test",
        "text": "Un",
        "sender": written.address,
    }
    desk.write(**fields)
    Outgoing.objects.update(state="unknown")
    answer = desk.write(**fields)
    assert answer.status_code == 303
    named = f"/ecrire/{desk.address}/brouillon/{fields['draft_root'][0]}/"
    for path in (answer.headers["Location"], first["path"], named):
        page = desk.visitor.get(path, follow=True).content.decode()
        assert "<h1>Ce message est peut-être déjà parti</h1>" in html.unescape(page)
    other = desk.write(**fields | {"text": "Deux"})
    page = html.unescape(other.content.decode())
    assert (other.status_code, Outgoing.objects.count()) == (409, 1)
    assert f'href="/envois/{written.address}/#outgoing-' in page


@pytest.mark.parametrize("sender", ["ministre@ac-poitiers.test", "", "a\nb", "read"])
def test_nobody_writes_as_somebody_else(
    secretary: tuple[Desk, FunctionalMailbox, FunctionalMailbox], sender: str
) -> None:
    desk, _written, read = secretary
    wanted = read.address if sender == "read" else sender
    answer = desk.write(to="c@mairie.test", text="Moi", sender=wanted)
    page = html.unescape(answer.content.decode())
    if wanted:
        assert answer.status_code == 400
        assert 'id="compose-sender-error"' in page
        assert "Moi" in page
    assert Outgoing.objects.count() == (0 if wanted else 1)


def test_wishes_are_kept_with_the_message(desk: Desk) -> None:
    at = moments.for_following()[0].value
    wishes = {
        "receipt": "on",
        "notify": "on",
        "follow": at,
        "reply_to": "d@mairie.test",
    }
    assert desk.write(to="c@mairie.test", **wishes).status_code == 303
    row = Outgoing.objects.get()
    assert row.notify
    assert row.follow_at == moments.parsed(at)
    [stored] = desk.box.messages(SCHEDULED)
    assert b"Reply-To: d@mairie.test" in stored
    assert b"Disposition-Notification-To:" in stored


def test_wishes_that_cannot_be_are_told(desk: Desk) -> None:
    past = moments.typed(timezone.now() - timedelta(days=1))
    answer = desk.write(to="c@mairie.test", follow=past, reply_to="nom@")
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 400
    assert "Cette heure est passée" in page
    assert page.count("Adresse non valable\u00a0: nom@") == 1
    assert '<details class="dispatch" open>' in page
    assert not Outgoing.objects.exists()
