"""Guarding: the one look at a message before it leaves.

The guards (mail/guards.py) are rules; here are asked what they need to know, cheaply
and only when it can matter, and what somebody has confirmed. A server that does not
answer makes a guard say nothing: it never keeps a message from leaving.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing

from accounts import colleagues
from accounts.access import Grant
from accounts.colleagues import Colleague
from convergence.errors import ConvergenceError, DirectoryUnavailable
from mail import guards, storms
from mail.cases import Case, Finding, Limits, Storm, domain_of
from mail.composing import Draft
from mail.impersonation import is_below
from mail.messages import Address
from mail.models import Recipient
from mail.store import Store

# a message to many is written to a list, not to somebody by mistake
_NAMESAKES_MAX = 6


@dataclass(frozen=True, slots=True)
class Held:
    """What keeps a message from leaving at once; `confirmation` is what the form sends
    to have it leave all the same ("" when something is firm)."""

    findings: tuple[Finding, ...]
    confirmation: str = ""


def held(store: Store, right: Grant, draft: Draft, posted: dict[str, str]) -> Held:
    """What the guards tell of this draft beyond what `posted` (`token` of the form and
    `confirmed`) confirms; no findings: it may leave."""
    salt = f"mail.guarding:{right.user.pk}:{right.mailbox.pk}:{posted['token']}"
    found = guards.findings(_case(store, right, draft), settings.GUARDS_OFF)
    known = _confirmed(posted.get("confirmed", ""), salt)
    open_ones = tuple(f for f in found if f.firm or _key(f) not in known)
    if any(finding.firm for finding in open_ones):
        return Held(open_ones)
    keys = sorted({*known, *(_key(finding) for finding in found)})
    return Held(open_ones, signing.dumps(keys, salt=salt))


def _key(finding: Finding) -> str:
    about = "\n".join((finding.guard, *finding.about))
    return hashlib.blake2b(about.encode(), digest_size=8).hexdigest()


def _confirmed(token: str, salt: str) -> set[str]:
    try:
        return set(signing.loads(token, salt=salt)) if token else set()
    except signing.BadSignature:
        return set()


def _case(store: Store, right: Grant, draft: Draft) -> Case:
    off = settings.GUARDS_OFF
    return Case(
        draft=draft,
        own=(draft.sender,) if draft.sender else right.mailbox.addresses,
        domain=settings.MAIL_DOMAIN,
        limits=Limits(
            settings.GUARD_VISIBLE_OUTSIDE,
            settings.GUARD_REPLY_ALL,
            settings.GUARD_COLLEAGUES,
        ),
        closed=settings.CLOSED_LISTS,
        namesakes={} if "namesake" in off else _namesakes(right, draft),
        storm=None if "storm" in off else _storm(store, draft),
        deposit=settings.LARGE_FILES_URL,
    )


def _storm(store: Store, draft: Draft) -> Storm | None:
    if not draft.in_reply_to or len(draft.everybody) < 2:
        return None
    try:
        return storms.over(store, (*draft.references[:1], draft.in_reply_to))
    except ConvergenceError:
        return None


def _namesakes(right: Grant, draft: Draft) -> dict[str, Colleague]:
    """Who has the name of a recipient to whom this mailbox has never written. An answer
    goes to whom has written."""
    everybody = (*draft.to, *draft.cc, *draft.bcc)
    if draft.in_reply_to or len(everybody) > _NAMESAKES_MAX:
        return {}
    try:
        found = {a.email.lower(): other for a, other in _named_alike(everybody)}
    except DirectoryUnavailable:
        return {}
    return {a: o for a, o in found.items() if not _has_written(right, a)}


def _named_alike(people: Iterable[Address]) -> Iterable[tuple[Address, Colleague]]:
    for address in people:
        domain = domain_of(address.email)
        if is_below(domain, settings.MAIL_DOMAIN):
            other = colleagues.other_of_that_name(address.email)
        else:
            other = colleagues.namesake(address.name, address.email)
        if other is not None and other.mail:
            yield address, other


def _has_written(right: Grant, address: str) -> bool:
    mine = Recipient.objects.filter(outgoing__mailbox=right.mailbox, accepted=True)
    return mine.filter(address__iexact=address).exists()
