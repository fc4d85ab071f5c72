"""Naming: the labels of a mailbox, for all who open it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Grant
from accounts.models import Mailbox
from convergence.errors import Conflict, InputRefused, NotFound
from mail import labels
from mail.labels import COLOURS, DEFAULTS, LABELS_MAX, Catalogue, Tag
from mail.models import Label

State = Label.State


def create(mailbox: Mailbox, name: str, colour: str = "") -> Tag:
    """A new label. One that was deleted and has left its keyword on messages comes back
    when the same name is given again. Raises Conflict for a name that is taken."""
    with _changing(mailbox) as known:
        if len(known.tags) >= LABELS_MAX:
            raise Conflict(_("Cette boîte a déjà cent étiquettes : supprimez-en une."))
        _refuse_taken(known.tags, name)
        taken = {tag.keyword.lower() for tag in known.tags} | _leaving(mailbox)
        keyword = labels.keyword_for(name, taken)
        tag = Tag(keyword, name, _checked(colour or labels.colour_for(known.tags)))
        _save(mailbox, [*known.tags, tag])
    return tag


def called(right: Grant, name: str) -> Tag:
    """The label of this name, made when there is none."""
    for tag in labels.of(right.mailbox).tags:
        if tag.name.casefold() == name.casefold():
            return tag
    tag = create(right.mailbox, name)
    box, act = right.mailbox.address, "label.create"
    audit.record(right.user.uid, act, mailbox=box, target=tag.keyword)
    return tag


def change(mailbox: Mailbox, keyword: str, name: str, colour: str) -> Tag:
    """Another name or colour; the keyword stays, so that no message is touched."""
    with _changing(mailbox) as known:
        old = _found(known, keyword)
        _refuse_taken((tag for tag in known.tags if tag != old), name)
        tag = Tag(old.keyword, name, _checked(colour))
        _save(mailbox, [tag if other == old else other for other in known.tags])
    return tag


def shift(mailbox: Mailbox, keyword: str, step: int) -> None:
    """Up (-1) or down (+1) by one place."""
    with _changing(mailbox) as known:
        tags = list(known.tags)
        at = tags.index(_found(known, keyword))
        tags.insert(max(0, at + step), tags.pop(at))
        _save(mailbox, tags)


def delete(mailbox: Mailbox, keyword: str, *, strip: bool) -> Tag:
    """No longer shown. `strip`: a tick takes the keyword off the messages too
    (labelling.strip_due); otherwise other programs still show it."""
    with _changing(mailbox) as known:
        tag = _found(known, keyword)
        _save(mailbox, known.tags)
        state = State.LEAVING if strip else State.RETIRED
        Label.objects.filter(mailbox=mailbox, keyword=tag.keyword).update(state=state)
    return tag


def stripped(row: Label) -> None:
    """The keyword is on no message any more. One of the five keeps a row: it says that
    the label is gone."""
    with _changing(row.mailbox):
        mine = Label.objects.filter(pk=row.pk, state=State.LEAVING)
        if any(row.keyword == tag.keyword for tag in DEFAULTS):
            mine.update(state=State.RETIRED)
        else:
            mine.delete()


@contextmanager
def _changing(mailbox: Mailbox) -> Iterator[Catalogue]:
    """The labels as they are, while nobody else changes them; every process reads them
    anew afterwards."""
    with transaction.atomic():
        mine = Mailbox.objects.filter(pk=mailbox.pk)
        mine.update(labels_version=F("labels_version") + 1)
        yield labels.read(mailbox.pk)
    mailbox.refresh_from_db(fields=["labels_version"])


def _found(known: Catalogue, keyword: str) -> Tag:
    tag = known.find(keyword)
    if tag is None:
        raise NotFound(_("Cette étiquette n’existe plus."))
    return tag


def _refuse_taken(tags: Iterable[Tag], name: str) -> None:
    if any(tag.name.casefold() == name.casefold() for tag in tags):
        raise Conflict(_("Une étiquette porte déjà ce nom."))


def _checked(colour: str) -> str:
    if colour not in COLOURS:
        raise InputRefused
    return colour


def _leaving(mailbox: Mailbox) -> set[str]:
    rows = Label.objects.filter(mailbox=mailbox, state=State.LEAVING)
    return {keyword.lower() for keyword in rows.values_list("keyword", flat=True)}


def _save(mailbox: Mailbox, tags: Iterable[Tag]) -> None:
    """All of them with their number: also those that had no row until now."""
    for rank, tag in enumerate(tags):
        Label.objects.update_or_create(
            mailbox=mailbox,
            keyword=tag.keyword,
            defaults={
                "name": tag.name,
                "colour": tag.colour,
                "order": rank,
                "state": State.SHOWN,
            },
        )
