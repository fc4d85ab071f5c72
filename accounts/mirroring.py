"""Between two sign-ins: memberships and visits follow the directory."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit, directory, people, visits
from accounts.entries import Standing
from accounts.models import BrowserSession, Kind, Mailbox, Membership, Role, User

logger = logging.getLogger(__name__)


def follow() -> int:
    """Bring up to date what the directory gave to people: mirrored memberships, and
    visits of those who are not active any more. How many people changed.

    Raises DirectoryUnavailable before anything is changed. A directory that knows
    nobody at all of those who are here is taken for broken, and changes nothing.
    """
    watched = {user.uid: user for user in _watched()}
    if not watched:
        return 0
    standings = directory.standings(watched)
    if not standings:
        logger.error("the directory knows nobody", extra={"server": "ldap"})
        return 0
    gone = {user for uid, user in watched.items() if not _is_here(standings.get(uid))}
    ended = sum(_end_visits(user) for user in gone)
    wanted = {
        user: people.wanted_of(standings[uid].person, standings[uid].groups)
        for uid, user in watched.items()
        if user not in gone
    } | {user: {} for user in gone}
    return ended + _mirror(wanted)


def _watched() -> Iterable[User]:
    """Those who have something to lose: a visit, or a mirrored membership."""
    since = timezone.now() - settings.SESSION_ABSOLUTE
    here = BrowserSession.objects.filter(ended_at=None, started_at__gte=since)
    mirrored = Membership.objects.filter(mirrored=True)
    return User.objects.filter(
        Q(pk__in=here.values("user")) | Q(pk__in=mirrored.values("user")),
        is_active=True,
    )


def _is_here(standing: Standing | None) -> bool:
    return standing is not None and standing.person.kind != "functional"


def _end_visits(user: User) -> bool:
    count = visits.end_these(BrowserSession.objects.filter(user=user))
    if count:
        audit.record(user.uid, "visit.end", target="directory")
    return bool(count)


def _mirror(wanted: Mapping[User, Mapping[str, Role]]) -> int:
    """Two questions for all of them; a transaction only for whom something changes."""
    logins = {login for roles in wanted.values() for login in roles}
    boxes = Mailbox.objects.filter(kind=Kind.FUNCTIONAL, login__in=logins)
    known = set(boxes.values_list("login", flat=True))
    mirrored, given = _memberships(wanted)
    changed = 0
    for user, roles in wanted.items():
        due = {
            login: role
            for login, role in roles.items()
            if login in known and login not in given[user.pk]
        }
        if due != mirrored[user.pk]:
            with transaction.atomic():
                people.mirror(user, roles)
            audit.record(user.uid, "membership.follow", target=_told(due))
            changed += 1
    return changed


def _told(roles: Mapping[str, str]) -> str:
    return " ".join(f"{login}:{role}" for login, role in sorted(roles.items()))


def _memberships(
    users: Iterable[User],
) -> tuple[defaultdict[int, dict[str, str]], defaultdict[int, set[str]]]:
    """{person: {login: role}} of mirrored rows, {person: logins} of all others."""
    mirrored: defaultdict[int, dict[str, str]] = defaultdict(dict)
    given: defaultdict[int, set[str]] = defaultdict(set)
    rows = Membership.objects.filter(user__in=[user.pk for user in users])
    for person, login, role, is_mirrored in rows.values_list(
        "user", "mailbox__login", "role", "mirrored"
    ):
        if is_mirrored:
            mirrored[person][login] = role
        else:
            given[person].add(login)
    return mirrored, given
