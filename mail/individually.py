"""Individual sending: one text, a message of their own to each of many people.

Each message goes through the outbox under a token made of its mailing and number, so
that whoever comes back after a crash finds it there and makes no second. The text
itself is one message of the mailbox, which ends in Envoyés as the one entry for all.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import directory
from accounts.access import Grant
from accounts.models import Mailbox
from convergence.errors import (
    Conflict,
    DirectoryUnavailable,
    InputRefused,
    MessageMissing,
    NotFound,
)
from mail import (
    attaching,
    copies,
    drafting,
    filling,
    identities,
    merging,
    pictures,
    sending,
    wanted,
)
from mail.composing import Draft
from mail.impersonation import is_below
from mail.mailings import Addressee, Mailing
from mail.messages import DRAFT, Address, Message
from mail.models import Outgoing
from mail.store import Store
from mail.tabular import Table

State = Mailing.State
Person = Addressee.State
_OPEN = (State.SENDING, State.PAUSED)
_UNSENT = (Person.WAITING, Person.TAKEN)


def find(mailbox: Mailbox, pk: uuid.UUID) -> Mailing:
    """Raises NotFound."""
    found = Mailing.objects.filter(mailbox=mailbox, pk=pk).select_related("author")
    if (mailing := found.first()) is None:
        raise NotFound
    return mailing


def of(mailbox: Mailbox, message: Message) -> Mailing | None:
    """The mailing of which this is the one entry: it names people in Cci only, so that
    nothing is asked of other messages."""
    header = message.header
    if header.to or header.cc or not header.bcc or not header.message_id:
        return None
    return mailbox.mailings.filter(message_id=header.message_id).first()


# --- Preparing -----------------------------------------------------------------------
def prepare(
    store: Store, right: Grant, draft: Draft, *, token: str, replaces: str = ""
) -> Mailing:
    """The draft as the text of a mailing to its recipients, stored in Brouillons. A
    draft that was prepared before keeps its imported list; the same click prepares
    once."""
    if (known := Mailing.objects.filter(token=token).first()) is not None:
        return find(right.mailbox, known.pk)
    people = {a.email.lower(): a for a in (*draft.to, *draft.cc, *draft.bcc)}
    sender = identities.sender(right.mailbox, draft.sender)
    text = replace(draft, to=(), cc=(), bcc=tuple(people.values()))
    text = replace(text, others=wanted.marks(draft))
    before = of_draft(store, right.mailbox, replaces)
    mailing = before or Mailing(mailbox=right.mailbox)
    mailing.message_id = drafting.save(
        store, sender, text, drafting.Saving(replaces)
    ).message_id
    mailing.author, mailing.token = right.user, token
    mailing.subject = draft.subject[:500]
    with transaction.atomic():
        mailing.save()
        mailing.addressees.filter(imported=False).delete()
        _add(mailing, [(a.email, a.name, {}) for a in people.values()], imported=False)
    return mailing


def of_draft(store: Store, mailbox: Mailbox, version: str) -> Mailing | None:
    """The mailing whose text this version of a draft is (drafting.name_of)."""
    prepared = Mailing.objects.filter(mailbox=mailbox, state=State.DRAFT)
    if not version or not prepared.exists():
        return None
    return prepared.filter(message_id=drafting.message_id_of(store, version)).first()


def fill(mailing: Mailing, table: Table) -> None:
    """Take the people of a table, instead of those of the table before."""
    _still_draft(mailing)
    entries = [(e.address, e.name, e.fields) for e in table.entries]
    with transaction.atomic():
        mailing.addressees.filter(imported=True).delete()
        _add(mailing, entries, imported=True)


def _add(
    mailing: Mailing,
    entries: Sequence[tuple[str, str, dict[str, str]]],
    *,
    imported: bool,
) -> None:
    """Behind those who are there, then everybody is looked at again."""
    start = max(mailing.addressees.values_list("number", flat=True), default=0)
    Addressee.objects.bulk_create(
        Addressee(
            mailing=mailing,
            number=start + n,
            address=address,
            name=name,
            fields=fields,
            imported=imported,
        )
        for n, (address, name, fields) in enumerate(entries, 1)
    )
    _flag(mailing)


def _flag(mailing: Mailing) -> None:
    """Duplicates are left out, those who have left the directory are pointed out. Of
    two lines of one address the one with fields stays."""
    people = list(mailing.addressees.order_by("-imported", "number"))
    gone, seen = _departed(people), set[str]()
    for person in people:
        address = person.address.lower()
        person.flag = Addressee.Flag.ABSENT if address in gone else ""
        if address in seen:
            person.flag, person.state = Addressee.Flag.DUPLICATE, Person.LEFT
        elif person.state == Person.LEFT and person.flag != Addressee.Flag.ABSENT:
            person.state = Person.WAITING
        seen.add(address)
    Addressee.objects.bulk_update(people, ["flag", "state"], batch_size=500)


def _departed(people: Sequence[Addressee]) -> set[str]:
    """Addresses of the institution that nobody in the directory has. A directory that
    is away says nothing of anybody."""
    domain = settings.MAIL_DOMAIN
    ours = {
        address
        for person in people
        if is_below((address := person.address.lower()).rpartition("@")[2], domain)
    }
    try:
        return ours - directory.known(ours)
    except DirectoryUnavailable:
        return set()


def leave_out_absent(mailing: Mailing) -> int:
    _still_draft(mailing)
    absent = mailing.addressees.filter(flag=Addressee.Flag.ABSENT, state=Person.WAITING)
    return absent.update(state=Person.LEFT)


def _still_draft(mailing: Mailing) -> None:
    if mailing.state != State.DRAFT:
        raise Conflict(_("Cet envoi est déjà parti."))


# --- The text ------------------------------------------------------------------------
def template(store: Store, mailing: Mailing, *, files: bool = False) -> Draft:
    """The text of all, with its `files` when they are wanted. Raises MessageMissing."""
    folder, uid = place(store, mailing)
    message, texts = store.read(folder, uid, "text")
    part = drafting.html_part(message)
    html = store.part(folder, uid, part.number)[1] if part else None
    named = pictures.names_of(store.address, message)
    draft = drafting.resumed(message, texts, html, named)
    if not files:
        return draft
    carried = attaching.carried(store.address, message)
    found = tuple(attaching.fetched(store, one) for one in carried)
    draft = replace(draft, files=found)
    return pictures.placed(store, store.address, mailing.author.pk, draft)


def common(mailing: Mailing, text: Draft) -> dict[str, str]:
    """What the variables stand for that are the same for all."""
    sender = Address(mailing.mailbox.name, text.sender or mailing.mailbox.address)
    return filling.of_author(mailing.author, sender) | filling.of_today()


def place(store: Store, mailing: Mailing) -> tuple[str, int]:
    """(folder, UID) of the text. Raises MessageMissing."""
    uses = ["drafts", "scheduled", "sent"]
    if mailing.state != State.DRAFT:
        # of what nobody got it is a draft again
        uses.append(uses.pop(0))
    for use in uses:
        folder = store.special(use)
        if uids := store.find(folder, mailing.message_id):
            return folder, uids[-1]
    raise MessageMissing(_("Le texte de cet envoi a été retiré de la boîte."))


def move_text(store: Store, mailing: Mailing, source: str, target: str) -> None:
    """Between special folders; no error when it is there already."""
    folder = store.special(source)
    if uids := store.find(folder, mailing.message_id):
        store.mark(folder, uids, DRAFT, on=target == "drafts")
        store.move(folder, uids[-1:], store.special(target))


def try_out(
    store: Store, right: Grant, mailing: Mailing, number: int, token: str
) -> Outgoing:
    """The message of one of them, to the one who writes."""
    text, one = template(store, mailing, files=True), nth(mailing, number)
    draft = merging.merged(text, one, common(mailing, text))
    mailbox = right.mailbox
    draft = replace(draft, to=(Address(mailbox.name, mailbox.address),), notify=False)
    return sending.queue(store, right.user, mailbox, draft, token=token)


def nth(mailing: Mailing, number: int) -> Addressee:
    """That one of those who get it. Raises NotFound when nobody does."""
    people = mailing.addressees.exclude(state=Person.LEFT)
    found = people.filter(number__gte=number).first() or people.first()
    if found is None:
        raise NotFound(_("Cet envoi n’a pas encore de destinataire."))
    return found


# --- Its course ----------------------------------------------------------------------
def begin(store: Store, mailing: Mailing) -> None:
    """It leaves from now on. Pressed twice, it begins once."""
    _still_draft(mailing)
    if not mailing.addressees.filter(state=Person.WAITING).exists():
        raise InputRefused(_("Cet envoi n’a pas encore de destinataire."))
    place(store, mailing)
    move_text(store, mailing, "drafts", "scheduled")
    _change(mailing, (State.DRAFT,), State.SENDING, started_at=timezone.now())


def pause(mailing: Mailing, reason: str = "") -> None:
    _change(mailing, (State.SENDING,), State.PAUSED, reason=reason[:300])


def resume(mailing: Mailing) -> None:
    _change(mailing, (State.PAUSED,), State.SENDING, reason="")


def stop(store: Store, mailing: Mailing) -> None:
    """Nobody who waits gets it; what has not left the outbox is taken back."""
    _change(mailing, _OPEN, State.CANCELLED, ended_at=timezone.now())
    mailing.addressees.filter(state=Person.WAITING).update(state=Person.LEFT)
    take_back(store, mailing)


def take_back(store: Store, mailing: Mailing) -> None:
    """What is in the outbox of a mailing that was stopped, also what a worker was just
    putting there."""
    waiting = (Outgoing.State.HELD, Outgoing.State.DUE)
    queued = mailing.addressees.filter(outgoing__state__in=waiting)
    rows = [p.outgoing for p in queued.select_related("outgoing") if p.outgoing]
    withdrawn = [row for row in rows if _withdrawn(row)]
    left = mailing.addressees.filter(outgoing__in=withdrawn)
    left.update(state=Person.LEFT)
    # nothing leaves any more, whatever the server says: a copy that stays is swept
    for row in withdrawn:
        copies.drop(store, row)
        Outgoing.objects.filter(pk=row.pk).update(filed=True)


def _withdrawn(row: Outgoing) -> bool:
    waiting = Outgoing.objects.filter(
        pk=row.pk, state__in=(Outgoing.State.HELD, Outgoing.State.DUE)
    ).exclude(recipients__accepted=True)
    cancelled = Outgoing.State.CANCELLED
    return bool(waiting.update(state=cancelled, ended_at=timezone.now()))


def _change(
    mailing: Mailing, before: Sequence[State], after: State, **fields: object
) -> None:
    """Raises Conflict when somebody else was quicker."""
    mine = Mailing.objects.filter(pk=mailing.pk, state__in=before)
    if not mine.update(state=after, **fields):
        raise Conflict(_("Cet envoi a changé entre-temps."))
    mailing.state = after


def token_of(person: Addressee) -> str:
    """What its message is called in the outbox, whoever puts it there."""
    name = f"{person.mailing_id}:{person.number}"
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def counts(mailing: Mailing) -> dict[str, int]:
    """How many people there are in each state that a person can tell apart."""
    ended = Outgoing.State
    found: dict[str, int] = mailing.addressees.aggregate(
        total=Count("pk", filter=~Q(state=Person.LEFT)),
        waiting=Count("pk", filter=Q(state__in=_UNSENT)),
        sent=Count("pk", filter=Q(outgoing__state=ended.SENT)),
        failed=Count("pk", filter=Q(outgoing__state__in=(ended.FAILED, ended.UNKNOWN))),
        left=Count("pk", filter=Q(state=Person.LEFT)),
        duplicates=Count("pk", filter=Q(flag=Addressee.Flag.DUPLICATE)),
        absent=Count(
            "pk", filter=Q(flag=Addressee.Flag.ABSENT) & ~Q(state=Person.LEFT)
        ),
    )
    found["leaving"] = (
        found["total"] - found["waiting"] - found["sent"] - found["failed"]
    )
    return found
