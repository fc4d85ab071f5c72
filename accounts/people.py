"""Our rows of a person, refreshed from the directory at each sign-in."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Model, Q

from accounts import audit, directory
from accounts.entries import Person
from accounts.models import Kind, Mailbox, Membership, Role, User
from accounts.refusals import SignInRefused
from convergence.converters import AddressConverter

logger = logging.getLogger(__name__)
# what our page addresses can hold: any other could not be opened
_OPENABLE = re.compile(AddressConverter.regex)


def refresh(person: Person, groups: Mapping[str, str] | None = None) -> User:
    """The user of this person with their personal mailbox and mirrored memberships.

    `groups`: what the directory said of them, asked again when None. Raises
    SignInRefused when an administrator has closed the account.
    """
    # all questions first: a slow directory must not hold the database's lock
    wanted = wanted_of(
        person, directory.groups_of(person) if groups is None else groups
    )
    entries = _unknown_mailboxes(wanted)
    about = {
        "name": person.name[:200],
        "mail": person.mail,
        "function": person.function[:200],
        "uai": person.uai[:8],
        "school": person.school[:200],
        "telephone": person.telephone[:40],
    }
    with transaction.atomic():
        user, _created = User.objects.get_or_create(uid=person.uid, defaults=about)
        if not user.is_active:
            raise SignInRefused
        _update(user, about)
        _personal_mailbox(user, person)
        for entry in entries:
            _functional_mailbox(entry)
        mirror(user, wanted)
    return user


def _update(row: Model, values: Mapping[str, object]) -> None:
    """Write what differs, most mornings nothing."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)


def _personal_mailbox(user: User, person: Person) -> None:
    if not _can_have_mailbox(person):
        return
    about = {
        "address": person.mail,
        "kind": Kind.NOMINATIVE,
        "name": person.name[:200],
        "uai": person.uai[:8],
        "aliases": list(person.aliases),
    }
    mailbox = Mailbox.objects.filter(login=person.uid).first()
    if mailbox is None or mailbox.address != person.mail:
        _free_address(person)
    if mailbox is None:
        mailbox = Mailbox.objects.create(login=person.uid, **about)
    _update(mailbox, about)
    Membership.objects.get_or_create(
        user=user, mailbox=mailbox, defaults={"role": Role.OWNER}
    )


def _can_have_mailbox(person: Person) -> bool:
    """Whether their address is one that pages can name, and not a functional one: that
    mailbox belongs to many, and stays as it is whatever one entry says."""
    if not person.mail:
        return False
    same = Q(login=person.uid) | Q(address__iexact=person.mail)
    clash = Mailbox.objects.filter(same, kind=Kind.FUNCTIONAL).first()
    if clash is None and _OPENABLE.fullmatch(person.mail):
        return True
    logger.warning("no personal mailbox: address not usable", extra={"server": "ldap"})
    if clash is not None:
        audit.record(
            person.uid, "mailbox.claim", mailbox=clash.address, outcome="refused"
        )
    return False


def _free_address(person: Person) -> None:
    """The directory knows an address once: another personal row that still has it is of
    somebody who left, or who changed their name."""
    stale = Mailbox.objects.filter(address__iexact=person.mail, kind=Kind.NOMINATIVE)
    for mailbox in stale.exclude(login=person.uid):
        audit.record(
            person.uid,
            "mailbox.claim",
            mailbox=mailbox.address,
            target=f"mailbox:{mailbox.pk}",
        )
        _update(mailbox, {"address": f"{mailbox.login}@invalid", "is_active": False})


def wanted_of(person: Person, groups: Mapping[str, str]) -> dict[str, Role]:
    """Functional logins that the directory opens to this person, with the role."""
    wanted = {name: Role(role) for name, role in groups.items()}
    if person.administrative == "DIR":
        wanted |= {f"ce.{uai.lower()}": Role.OWNER for uai in person.responsible}
    return wanted


def _unknown_mailboxes(wanted: Mapping[str, Role]) -> list[Person]:
    """The functional entries among these that we have no row of."""
    if not wanted:
        return []
    known = set(
        Mailbox.objects.filter(login__in=wanted).values_list("login", flat=True)
    )
    found = [directory.find(login) for login in wanted if login not in known]
    return [entry for entry in found if entry and entry.kind == "functional"]


def _functional_mailbox(entry: Person) -> None:
    same = Q(login=entry.uid) | Q(address__iexact=entry.mail)
    usable = _OPENABLE.fullmatch(entry.mail)
    if not usable or Mailbox.objects.filter(same).exists():
        return
    Mailbox.objects.create(
        login=entry.uid,
        address=entry.mail,
        kind=Kind.FUNCTIONAL,
        name=entry.name[:200],
        uai=entry.uai[:8],
        aliases=list(entry.aliases),
    )


def mirror(user: User, wanted: Mapping[str, Role]) -> None:
    """Rows copied from the directory come, change and go with it; those that were given
    here stay as they are. Only functional mailboxes: a group that has the name of a
    person opens nothing."""
    mirrored = Membership.objects.filter(user=user, mirrored=True)
    for row in mirrored.select_related("mailbox"):
        if row.mailbox.login not in wanted:
            row.delete()
    if not wanted:
        return
    for mailbox in Mailbox.objects.filter(login__in=wanted, kind=Kind.FUNCTIONAL):
        role = wanted[mailbox.login]
        row, _created = Membership.objects.get_or_create(
            user=user, mailbox=mailbox, defaults={"role": role, "mirrored": True}
        )
        if row.mirrored:
            _update(row, {"role": role})
