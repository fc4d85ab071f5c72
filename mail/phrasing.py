"""The kept texts of a mailbox and of a person: which there are, changing them, their
order. Those of a mailbox are everybody's who writes for it."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Grant
from convergence.errors import Conflict, NotFound
from mail.models import Signature, Template

Row = Signature | Template
KEPT_MAX = 100


def signatures(right: Grant) -> QuerySet[Signature]:
    return Signature.objects.filter(mailbox=right.mailbox)


def templates(right: Grant) -> QuerySet[Template]:
    """The person's own, and those of the mailbox at hand."""
    mine = Q(author=right.user) | Q(mailbox=right.mailbox)
    return Template.objects.filter(mine).order_by("author", "order", "pk")


# a ready statement: whoever writes asks; only what a menu shows of them
_NAMES = """
    SELECT id, name FROM mail_template
    WHERE author_id = %s OR mailbox_id = %s
    ORDER BY author_id, "order", id LIMIT %s
"""


def template_names(right: Grant) -> tuple[tuple[int, str], ...]:
    """(key, name) of the templates, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [right.user.pk, right.mailbox.pk, 2 * KEPT_MAX])
        return tuple(cursor.fetchall())


def find(rows: QuerySet[Any], pk: int) -> Any:
    """One of these. Raises NotFound."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(_("Ce texte n’existe plus."))
    return row


@transaction.atomic
def keep(right: Grant, row: Row) -> None:
    """A new one, at the end, or what was changed of one. Raises Conflict when there are
    too many."""
    act = "change"
    if row.pk is None:
        among = _beside(row)
        if among.count() >= KEPT_MAX:
            raise Conflict(_("Cent textes au plus : supprimez-en un d’abord."))
        row.order = (among.aggregate(last=Max("order"))["last"] or 0) + 1
        act = "create"
    row.save()
    _note(right, row, act)


def delete(right: Grant, row: Row) -> None:
    _note(right, row, "delete")
    row.delete()


@transaction.atomic
def shift(right: Grant, row: Row, step: int) -> None:
    """Up (-1) or down (+1) by one place among its own."""
    rows = list(_beside(row))
    at = rows.index(row)
    rows.insert(max(0, at + step), rows.pop(at))
    for rank, each in enumerate(rows):
        each.order = rank
    type(row).objects.bulk_update(rows, ["order"])
    _note(right, row, "move")


def _beside(row: Row) -> QuerySet[Any]:
    """Those that are listed with it."""
    rows: QuerySet[Any] = type(row).objects.filter(mailbox=row.mailbox)
    return rows.filter(author=row.author) if isinstance(row, Template) else rows


def _note(right: Grant, row: Row, verb: str) -> None:
    """Only what others use too is their business."""
    if row.mailbox is None:
        return
    noun = row._meta.model_name
    audit.record(
        right.user.uid,
        f"{noun}.{verb}",
        mailbox=row.mailbox.address,
        target=f"{noun}:{row.pk}",
    )
