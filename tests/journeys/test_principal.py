"""The head of a school writes late in the evening: it leaves on the next morning."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from stack import cast
from stack.people import Person
from tests.journeys.inspection import Inspection
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box

LIST = cast.LISTS[0].address
MORNING = re.compile(r"^Envoyer \w.* 8\sh\s00$")
TOLD = re.compile(r"Message programmé pour \w+ \d+ \w+ \d{4} à 8\sh\s00\.")
# it is never an hour of work but in the first minute of a day
_EVENING = (
    "INSERT INTO mail_workinghours (mailbox_id, uai, proposes, starts, ends)"
    " SELECT id, '', 1, '00:00', '00:01' FROM accounts_mailbox WHERE address = ?"
)


@pytest.fixture
def late(reader: Visitor, person: Person) -> Visitor:
    expect(reader.heading("Boîte de réception")).to_be_visible()
    reader.site.rows(_EVENING, person.address)
    return reader


def proposed(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("button", name=MORNING)


def waiting(visitor: Visitor, subject: str) -> Locator:
    """Its line among what will leave."""
    visitor.menu("Menu du compte").click()
    visitor.link("Envois").click()
    return visitor.page.get_by_role("article", name=subject)


def written(late: Visitor, subject: str) -> None:
    """Late in the evening, for the next morning."""
    late.link("Nouveau message").first.click()
    late.write(to=LIST, subject=subject, text="Jeudi à 12 h 30.")
    expect(late.button("Envoyer maintenant")).to_be_visible()
    proposed(late).click()
    expect(late.notices).to_contain_text(TOLD)


def test_what_is_written_at_night_leaves_in_the_morning(
    late: Visitor, inspection: Inspection, mailbox_of: Callable[[Person], Box]
) -> None:
    subject = f"Réunion d’équipe {time.time_ns()}"
    written(late, subject)
    # a little later the text is changed, and it is for the same morning
    row = waiting(late, subject)
    expect(row).to_contain_text("Programmé")
    inspection.look(late, "outbox-scheduled")
    row.get_by_role("button", name="Modifier").click()
    late.write(text="Jeudi à 12 h 30, salle 12.")
    proposed(late).click()
    expect(late.notices).to_contain_text(TOLD)
    # then it shall not leave at all; then at another hour
    waiting(late, subject).get_by_role("button", name="Annuler l’envoi").click()
    expect(late.page.get_by_text("le texte est en brouillon")).to_be_visible()
    late.open_folder("Brouillons")
    late.messages.get_by_role("link", name=subject).click()
    late.link("Continuer").first.click()
    again(late)
    leaves_in_time(late, subject)
    arrived = mailbox_of(cast.PETIT).wait_for(subject_line(subject))
    assert b"salle 12" in arrived
    found = [one for one in mailbox_of(cast.PETIT).messages() if same(one, arrived)]
    assert len(found) == 1


def again(late: Visitor) -> None:
    """The draft that was taken back is put off to an hour of the menu."""
    proposed(late).wait_for()
    late.menu("Plus tard…").click()
    late.page.get_by_role("button", name=re.compile("^Demain à 8 h")).click()
    expect(late.notices).to_contain_text(TOLD)


def leaves_in_time(late: Visitor, subject: str) -> None:
    """When its hour has come it leaves within the minute, by itself."""
    due = "UPDATE mail_outgoing SET due_at = datetime('now') WHERE subject = ?"
    late.site.rows(due + " AND state = 'held'", subject)
    row = waiting(late, subject)
    expect(row.first).to_contain_text("Envoyé", timeout=20_000)
    late_by = (
        "SELECT strftime('%s', ended_at) - strftime('%s', due_at) FROM mail_outgoing"
        " WHERE subject = ? AND state = 'sent'"
    )
    [(seconds,)] = late.site.rows(late_by, subject)
    assert 0 <= seconds < 60


def subject_line(subject: str) -> bytes:
    """What no other message has in its source: the number at the end."""
    return subject.rsplit(" ", 1)[1].encode()


def same(one: bytes, other: bytes) -> bool:
    mark = re.compile(rb"^Message-ID: \S+", re.M | re.I)
    first, second = mark.search(one), mark.search(other)
    return bool(first and second and first[0] == second[0])
