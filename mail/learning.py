"""Whom people wrote to before they wrote here: read once from Envoyés, so that a few
letters of a name find somebody on the first day."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.cache import cache

from accounts.models import Mailbox, User
from convergence.errors import ConvergenceError
from mail import recipients, remembering
from mail.imap.opening import Opener, open_box
from mail.messages import Envelope
from mail.store import Store

# of Envoyés, the latest messages
PAGES_MAX = 6
AGAIN_SECONDS = 24 * 3600


def is_due(mailbox: Mailbox, user: User) -> bool:
    """Whether nobody has asked for it today."""
    return bool(cache.add(f"learning:{mailbox.pk}:{user.pk}", 1, AGAIN_SECONDS))


def learn(mailbox: Mailbox, user: User, opener: Opener = open_box) -> int:
    """Add those who are not known yet; who is known stays as they are."""
    with opener(mailbox) as store:
        envelopes = list(_sent(store))
    known = remembering.Learnt(mailbox, user)
    for envelope in envelopes:
        for person in envelope.to:
            if recipients.normal(person.email):
                known.met(person, envelope.received, len(envelope.to))
    return known.keep()


def _sent(store: Store) -> Iterator[Envelope]:
    try:
        folder = store.special("sent")
        for number in range(1, PAGES_MAX + 1):
            page = store.page(folder, number)
            yield from (row.envelope for row in page.rows)
            if number >= page.pages:
                return
    except ConvergenceError:
        # it is tried again another day
        return
