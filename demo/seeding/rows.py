"""The rows of the database that exist before the first sign-in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts import directory, people
from accounts.models import Announcement, Kind, Mailbox, Membership, Role, User
from stack import cast
from stack.people import FunctionalMailbox, Person

ADMINISTRATOR = cast.ROBERT


def add() -> None:
    """People as a sign-in makes them, then their functional mailboxes."""
    for person in cast.PEOPLE:
        # the directory does not show an account that is closed
        if found := directory.find(person.uid):
            people.refresh(found)
    User.objects.filter(uid=ADMINISTRATOR.uid).update(is_staff=True, is_superuser=True)
    for mailbox in cast.MAILBOXES:
        _add_mailbox(mailbox)


def _add_mailbox(mailbox: FunctionalMailbox) -> None:
    row, _created = Mailbox.objects.update_or_create(
        login=mailbox.login,
        defaults={
            "address": mailbox.address,
            "kind": Kind.FUNCTIONAL,
            "name": mailbox.name,
            "uai": mailbox.school.uai,
        },
    )
    for role, group in (
        (Role.OWNER, (mailbox.owner,)),
        (Role.MEMBER, mailbox.members),
        (Role.READER, mailbox.readers),
    ):
        for person in group:
            _give(person, row, role)


def _give(person: Person, mailbox: Mailbox, role: Role) -> None:
    """Given here, not mirrored: it stays whatever the directory's groups say."""
    Membership.objects.update_or_create(
        user=User.objects.get(uid=person.uid),
        mailbox=mailbox,
        defaults={"role": role, "mirrored": False, "ends_on": _end(person)},
    )


def _end(person: Person) -> date | None:
    """Access ends with the function of those who are there for a while."""
    temporary = person.title == "AED" and person.ends_on
    return date.fromisoformat(person.ends_on) if temporary else None


def announce(now: datetime) -> None:
    """The maintenance of a Saturday that is at least four days ahead."""
    day = now.date() + timedelta(days=4)
    day += timedelta(days=(5 - day.weekday()) % 7)
    end = datetime.combine(day, time(20), timezone.get_current_timezone())
    text = (
        f"Maintenance de la messagerie le samedi {day:%d/%m/%Y} de 18 h à 20 h : "
        "courtes interruptions possibles, aucun message ne sera perdu."
    )
    Announcement.objects.update_or_create(
        text=text, defaults={"ends_at": end, "starts_at": now}
    )
