"""Our rows of a person, refreshed from the directory at each sign-in."""

from __future__ import annotations

from django.db import transaction

from accounts import directory
from accounts.directory import Person, SignInRefused
from accounts.models import Kind, Mailbox, Membership, Role, User


@transaction.atomic
def refresh(person: Person) -> User:
    """The user of this person with their personal mailbox and mirrored memberships.
    Raises SignInRefused when an administrator has closed the account."""
    user, _created = User.objects.update_or_create(
        uid=person.uid,
        defaults={
            "name": person.name,
            "mail": person.mail,
            "function": person.function[:200],
            "uai": person.uai[:8],
        },
        create_defaults={
            "uid": person.uid,
            "name": person.name,
            "mail": person.mail,
            "function": person.function[:200],
            "uai": person.uai[:8],
        },
    )
    if not user.is_active:
        raise SignInRefused
    _personal_mailbox(user, person)
    _mirror(user, _wanted(person))
    return user


def _personal_mailbox(user: User, person: Person) -> None:
    mailbox, _created = Mailbox.objects.update_or_create(
        login=person.uid,
        defaults={
            "address": person.mail,
            "kind": Kind.NOMINATIVE,
            "name": person.name,
            "uai": person.uai[:8],
            "aliases": list(person.aliases),
        },
    )
    Membership.objects.get_or_create(
        user=user, mailbox=mailbox, defaults={"role": Role.OWNER}
    )


def _wanted(person: Person) -> dict[str, Role]:
    """Functional logins that the directory opens to this person, with the role."""
    wanted = {name.lower(): Role.MEMBER for name in directory.groups_of(person)}
    if person.administrative == "DIR":
        wanted |= {f"ce.{uai.lower()}": Role.OWNER for uai in person.responsible}
    return wanted


def _mirror(user: User, wanted: dict[str, Role]) -> None:
    """Rows copied from the directory come and go with it; those that were given here
    stay as they are."""
    mirrored = Membership.objects.filter(user=user, mirrored=True)
    mirrored.exclude(mailbox__login__in=wanted).delete()
    for login, role in wanted.items():
        mailbox = Mailbox.objects.filter(login=login).first() or _functional(login)
        if mailbox is not None:
            Membership.objects.get_or_create(
                user=user, mailbox=mailbox, defaults={"role": role, "mirrored": True}
            )


def _functional(login: str) -> Mailbox | None:
    """The row of a functional mailbox that the directory knows and we do not yet."""
    entry = directory.find(login)
    if entry is None or entry.kind != "functional":
        return None
    mailbox, _created = Mailbox.objects.get_or_create(
        login=login,
        defaults={
            "address": entry.mail,
            "kind": Kind.FUNCTIONAL,
            "name": entry.name,
            "uai": entry.uai[:8],
            "aliases": list(entry.aliases),
        },
    )
    return mailbox
