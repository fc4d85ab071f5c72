"""What the seed leaves on the servers and in the database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import icalendar
import pytest
import requests

from accounts import directory, people
from accounts.models import Announcement, Mailbox, Membership, Role, User
from demo.letters import oddities
from demo.letters.correspondents import WRITING
from demo.seeding import agendas, cards, filing, mailboxes, rows, terms
from demo.seeding.filing import Copy
from mail.imap import guard
from stack import Stack, cast
from stack.accounts import DAV_PASSWORD, SERVICE_USER
from stack.people import Person
from tests.demo import mail as post
from tests.stack.boxes import Box

OPEN = tuple(p for p in cast.PEOPLE if p.state not in ("inactive", "locked"))


# --- filing ---------------------------------------------------------------------------
def test_everybody_has_hundreds_of_messages() -> None:
    for login, copies in post.boxes().items():
        assert len(copies) > 250 or login == "jdoe"
    assert len(post.boxes()) == len(WRITING) + len(cast.MAILBOXES)


def test_one_folder_holds_ten_thousand() -> None:
    assert 10_000 <= len(post.box("sgarnier")) < 11_000


@pytest.mark.parametrize(
    ("login", "count"), [("ce.0869001s", 12), ("viescolaire.0869001s", 15)]
)
def test_shared_mailboxes_wait_for_a_number_of_answers(login: str, count: int) -> None:
    new = [c for c in post.box(login) if r"\Seen" not in c.flags]
    assert len(new) == count
    if login.startswith("vie"):
        assert all("absence" in c.letter.subject.lower() for c in new)


@pytest.mark.parametrize("login", ["mlefevre", "intendance.0869001s"])
def test_fourteen_invoices_are_there_to_be_filtered(login: str) -> None:
    found = [
        copy.letter
        for copy in post.box(login)
        if copy.letter.sender.address.endswith("@fournisseur.test")
        and "facture" in copy.letter.subject.lower()
    ]
    assert len(found) == 14
    with_amount = [x for x in found if x.files and "montant" in x.text]
    assert len(with_amount) == 6
    assert min(x.date.date() for x in with_amount) >= date(2026, 9, 1)


def test_what_was_answered_is_marked_and_its_answer_sent() -> None:
    copies = post.boxes()["kbenali"]
    sent = {c.letter.in_reply_to for c in copies if c.folder == "Sent"}
    answered = {c.letter.message_id for c in copies if r"\Answered" in c.flags}
    assert len(answered) > 50
    assert answered <= sent


def test_drafts_reach_nobody() -> None:
    drafts = [x for x in post.letters() if x.topic == filing.NOT_SENT]
    kept = [c for held in post.boxes().values() for c in held if c.letter in drafts]
    assert len(kept) == len(drafts) > 3
    assert all(c.folder == "Drafts" and r"\Draft" in c.flags for c in kept)


# --- mailboxes ------------------------------------------------------------------------
def test_a_mailbox_is_filled_with_its_folders_and_flags(
    stack: Stack, person: Person, mailbox_of: Callable[[Person], Box]
) -> None:
    copies = post.boxes()["kbenali"]
    folders = filing.folders("kbenali", post.NOW)
    mailboxes.fill(stack, person.uid, folders, copies)
    box = mailbox_of(person)
    made = {guard.mailbox(name).decode() for name in folders}
    assert {name.strip('"') for name in made} <= box.folders()
    with box.opened() as client:
        for folder, count in Counter(c.folder for c in copies).items():
            name = guard.mailbox(folder).decode()
            line = str(client.status(name, "(MESSAGES UNSEEN)")[1][0], "ascii")
            unseen = sum(c.folder == folder and r"\Seen" not in c.flags for c in copies)
            assert f"(MESSAGES {count} UNSEEN {unseen})" in line
        [subscribed] = client.lsub('""', '"Parents &- familles"')[1]
        assert subscribed


def test_a_message_keeps_its_date_and_flags(
    stack: Stack, person: Person, mailbox_of: Callable[[Person], Box]
) -> None:
    letter = next(x for x in oddities.posted(post.NOW) if x.files)
    flags = {r"\Answered", r"\Flagged", "$Forwarded"}
    mailboxes.fill(stack, person.uid, [], [Copy(letter, "INBOX", flags)])
    with mailbox_of(person).opened("INBOX") as client:
        answer = client.fetch("1", "(FLAGS INTERNALDATE)")[1][0]
    assert isinstance(answer, bytes)
    line = answer.decode()
    assert {*flags, "$HasAttachment"} <= set(re.findall(r"[\\$]\w+", line))
    [held] = re.findall('"(.*)"', line)
    assert datetime.strptime(held, "%d-%b-%Y %H:%M:%S %z") == letter.date


def test_a_refusal_is_told(stack: Stack, person: Person) -> None:
    with pytest.raises(mailboxes.SeedRefused, match="ALREADYEXISTS"):
        mailboxes.fill(stack, person.uid, ["Essai", "Essai"], [])


# --- rows -----------------------------------------------------------------------------
@pytest.mark.django_db
def test_rows_exist_before_the_first_sign_in(stack: Stack) -> None:
    rows.add()
    nominative = Mailbox.objects.filter(kind="nominative").values_list("login")
    assert {p.uid for p in OPEN} <= {login for (login,) in nominative}
    roles = Membership.objects.filter(mailbox__login="ce.0869001s")
    assert dict(roles.values_list("user__uid", "role")) == {
        "hmoreau": Role.OWNER,
        "cpetit": Role.MEMBER,
        "ldurand": Role.MEMBER,
        "nbernard": Role.READER,
    }
    assert User.objects.get(is_superuser=True, is_staff=True).uid == "nrobert"
    ending = Membership.objects.exclude(ends_on=None).get()
    assert (ending.user.uid, ending.ends_on) == ("tblanc", date(2026, 12, 31))


@pytest.mark.django_db
def test_a_sign_in_changes_nothing_that_was_given(stack: Stack) -> None:
    rows.add()
    before = list(Membership.objects.order_by("pk").values())
    for uid in ("hmoreau", "tblanc", "nbernard", "imarchand"):
        found = directory.find(uid)
        assert found is not None
        people.refresh(found)
    rows.add()
    assert list(Membership.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_the_maintenance_is_on_the_saturday_after() -> None:
    rows.announce(post.NOW)
    announcement = Announcement.objects.get()
    assert "samedi 28/11/2026 de 18 h à 20 h" in announcement.text
    assert announcement.ends_at is not None
    assert announcement.ends_at.astimezone(post.NOW.tzinfo).hour == 20


# --- contacts -------------------------------------------------------------------------
def test_a_group_holds_contacts_that_exist() -> None:
    for uid in ("hmoreau", "kbenali", "sgarnier", "proy"):
        held = cards.cards(uid)
        group = next(card for card in held if card.members)
        assert set(group.members) <= {card.uid for card in held}
        assert len(held) >= 12
    assert len(cards.cards("sgarnier")[-1].members) == 42


def test_contacts_and_events_are_on_the_server(stack: Stack) -> None:
    cards.put(stack)
    agendas.put(stack, post.NOW)
    found = _get(stack, "kbenali", "contacts")
    assert found.count("BEGIN:VCARD") == len(cards.cards("kbenali"))
    events = icalendar.Calendar.from_ical(_get(stack, "kbenali", "agenda")).events
    assert 15 <= len(events) <= 30
    assert "delegues-4b@ac-poitiers.test" in {event["UID"] for event in events}
    # everybody reads the holidays, nobody another's agenda
    assert "Vacances de Noël" in _get(stack, "proy", "vacances-zone-a", "commun")
    with pytest.raises(requests.HTTPError):
        _get(stack, "proy", "agenda", "kbenali")


def _get(stack: Stack, uid: str, path: str, owner: str = "") -> str:
    answer = requests.get(
        f"http://127.0.0.1:{stack.ports['dav']}/{owner or uid}/{path}/",
        auth=(f"{uid}!{SERVICE_USER}", DAV_PASSWORD),
        timeout=10,
    )
    answer.raise_for_status()
    answer.encoding = "utf-8"
    return answer.text


# --- the school calendar --------------------------------------------------------------
@pytest.mark.parametrize(
    ("week", "letter"),
    [
        ("2026-W36", "A"),
        ("2026-W42", "A"),
        ("2026-W43", ""),
        ("2026-W45", "B"),
        ("2026-W48", "A"),
        ("2026-W51", "B"),
        ("2026-W53", ""),
        ("2027-W01", "A"),
        ("2027-W06", "B"),
        ("2027-W09", "A"),
        ("2027-W18", "B"),
        ("2027-W26", "B"),
    ],
)
def test_weeks_a_and_b_take_turns(week: str, letter: str) -> None:
    assert terms.letter(date.fromisoformat(f"{week}-1")) == letter


def test_the_hour_of_class_life_is_in_weeks_b_only() -> None:
    plan = next(p for p in agendas._plans() if p.only == "B")
    event: Any = agendas.event(plan, "a@b", post.NOW)
    left_out, until = event.get("EXDATE", []), event["RRULE"]["UNTIL"]
    start = event["DTSTART"].dt
    days = {start + timedelta(weeks=n) for n in range(40)}
    days -= {held.dt for one in left_out for held in one.dts}
    weeks = sorted(day.isocalendar()[:2] for day in days if day <= until)
    after = [f"{year}-{week}" for year, week in weeks if (year, week) > (2026, 48)]
    assert after[:4] == ["2026-49", "2026-51", "2027-2", "2027-4"]
