"""Whom people write to, remembered for the next time: most used and latest first.

Kept for each person and mailbox. A person is offered what they wrote themselves, from
whatever mailbox, and what all its members wrote from the one that they are in: they can
read it in its Envoyés. Nobody is offered what somebody else wrote elsewhere.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import log1p, log2

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.models import Mailbox, User
from convergence.comparing import folded
from convergence.statements import Statement
from mail.headers import UNSAFE
from mail.messages import Address
from mail.models import Correspondent

logger = logging.getLogger(__name__)
# a message counts half as much after that time
HALVED_AFTER = timedelta(days=45)
# of each person in each mailbox; what is weighed for one question
KEPT_MAX, WEIGHED_MAX = 1_000, 60


_ONE = Statement(
    Correspondent,
    "it",
    """
    SELECT {columns} FROM mail_correspondent it
    WHERE it.user_id = %s AND it.address = %s
    """,
)


def met(
    mailbox: Mailbox,
    author: User,
    people: Iterable[Address],
    now: datetime | None = None,
) -> None:
    """A message to these people has been queued. A letter to a hundred makes each
    a hundredth of an acquaintance. Never fails: the message has its place by now."""
    own = set(mailbox.addresses)
    by_address = {p.email.lower(): p for p in people if p.email.lower() not in own}
    try:
        with transaction.atomic():
            _weigh(mailbox, author, by_address, now or timezone.now())
    except DatabaseError as error:
        logger.warning("not remembered", extra={"cause": type(error).__name__})


def known(mailbox: Mailbox, user: User, words: Sequence[str]) -> list[Correspondent]:
    """Those whose name or address holds all these words, folded; the one who is most
    likely meant first. Without words, those who are written to most."""
    rows = _offered(mailbox, user)
    for word in words:
        rows = rows.filter(words__contains=word)
    found: dict[str, Correspondent] = {}
    for row in rows.order_by("-weight")[:WEIGHED_MAX]:
        found.setdefault(row.address, row)
    return sorted(found.values(), key=lambda row: _rank(row, mailbox, words))


def forget(user: User, mailbox: Mailbox, address: str) -> None:
    """Nobody proposes this address to the person any more, until they write to it."""
    email = address.lower()
    mine = Correspondent.objects.filter(user=user, address=email)
    if not mine.update(forgotten=True):
        Correspondent.objects.create(
            mailbox=mailbox,
            user=user,
            address=email,
            words=folded(email),
            weight=0,
            forgotten=True,
        )


def forgotten(user: User, addresses: Iterable[str]) -> set[str]:
    """Those of these that the person does not want to be proposed."""
    rows = Correspondent.objects.filter(user=user, forgotten=True)
    return set(rows.filter(address__in=addresses).values_list("address", flat=True))


def trim() -> int:
    """Remove what is beyond KEPT_MAX for a person and a mailbox, the least used first;
    how many."""
    place = Window(
        RowNumber(), partition_by=["mailbox_id", "user_id"], order_by="-weight"
    )
    ranked = Correspondent.objects.annotate(place=place).filter(place__gt=KEPT_MAX)
    beyond = list(ranked.values_list("pk", flat=True))
    for start in range(0, len(beyond), 500):
        Correspondent.objects.filter(pk__in=beyond[start : start + 500]).delete()
    return len(beyond)


def _weigh(
    mailbox: Mailbox, author: User, people: dict[str, Address], now: datetime
) -> None:
    rows = _rows_of(author, list(people))
    refused = [row.pk for row in rows if row.forgotten]
    if refused:
        Correspondent.objects.filter(pk__in=refused).update(forgotten=False)
    before = {row.address: row for row in rows if row.mailbox_id == mailbox.pk}
    for email, person in people.items():
        row = before.setdefault(
            email,
            Correspondent(mailbox=mailbox, user=author, address=email, weight=0),
        )
        _add(row, person, now, len(people))
        row.forgotten = False
    Correspondent.objects.bulk_create(
        before.values(),
        update_conflicts=True,
        unique_fields=["mailbox", "user", "address"],
        update_fields=["name", "words", "weight", "used_at", "forgotten"],
    )


def _rows_of(author: User, addresses: list[str]) -> list[Correspondent]:
    if len(addresses) != 1:
        return list(Correspondent.objects.filter(user=author, address__in=addresses))
    # nearly every message has one recipient
    return [row for row, _others in _ONE.rows(author.pk, *addresses)]


def _add(row: Correspondent, person: Address, at: datetime, among: int) -> None:
    row.name = UNSAFE.sub("", person.name)[:200].strip() or row.name
    row.words = folded(f"{row.name} {row.address}")[:500]
    row.weight = grown(row.weight, at, among)
    row.used_at = at


class Learnt:
    """People of messages that were sent elsewhere, gathered before they are kept."""

    def __init__(self, mailbox: Mailbox, user: User) -> None:
        self._mailbox, self._user = mailbox, user
        self._rows: dict[str, Correspondent] = {}

    def met(self, person: Address, at: datetime, among: int) -> None:
        email = person.email.lower()
        if email in self._mailbox.addresses:
            return
        row = self._rows.setdefault(
            email,
            Correspondent(
                mailbox=self._mailbox, user=self._user, address=email, weight=0
            ),
        )
        # messages come newest first
        _add(row, Address(row.name or person.name, email), at, among)

    def keep(self) -> int:
        """Those who are not known yet; how many were gathered."""
        Correspondent.objects.bulk_create(self._rows.values(), ignore_conflicts=True)
        return len(self._rows)


def grown(weight: float, now: datetime, among: int) -> float:
    """log2 of the sum of 2^(age) of all messages: the halving is in the scale, so that
    weights of different days compare as they are."""
    gained = now.timestamp() / HALVED_AFTER.total_seconds() - log2(among)
    high, low = max(weight, gained), min(weight, gained)
    return high + log1p(2 ** (low - high)) / log1p(1)


def _offered(mailbox: Mailbox, user: User) -> QuerySet[Correspondent]:
    refused = Correspondent.objects.filter(
        user=user, forgotten=True, address=OuterRef("address")
    )
    near = Correspondent.objects.filter(Q(mailbox=mailbox) | Q(user=user))
    return near.filter(~Exists(refused), forgotten=False)


def _rank(
    row: Correspondent, mailbox: Mailbox, words: Sequence[str]
) -> tuple[bool, bool, float]:
    """A word that begins so before one that only holds it, this mailbox before the
    others, then by weight."""
    return (
        not all(begins(row.words, word) for word in words),
        row.mailbox_id != mailbox.pk,
        -row.weight,
    )


def begins(text: str, word: str) -> bool:
    """Whether a word of this folded text begins so; an address has several."""
    return any(f"{mark}{word}" in f" {text}" for mark in " .-@'’_")
