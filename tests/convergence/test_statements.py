"""Rows of a ready-made statement are those that the ORM reads."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import Kind, Mailbox, User
from convergence.statements import Statement

pytestmark = pytest.mark.django_db


def test_each_field_is_what_the_orm_makes_of_it() -> None:
    made = User.objects.create(
        uid="cpetit",
        name="Chantal Petit",
        is_staff=True,
        last_login=timezone.now(),
        choices={"density": "compact", "pane": 40},
    )
    sql = "SELECT {columns}, person.uid FROM accounts_user person WHERE uid = %s"
    by_uid = Statement(User, "person", sql)
    [(user, rest)] = by_uid.rows("cpetit")
    expected = User.objects.get(pk=made.pk)
    names = [field.attname for field in User._meta.concrete_fields]
    assert [getattr(user, n) for n in names] == [getattr(expected, n) for n in names]
    assert rest == ("cpetit",)
    assert list(by_uid.rows("ldurand")) == []


def test_a_row_can_be_saved_again() -> None:
    box = Mailbox.objects.create(
        address="ce.0869001s@ac-poitiers.test",
        login="ce.0869001s",
        kind=Kind.FUNCTIONAL,
        aliases=["college@ac-poitiers.test"],
    )
    sql = "SELECT {columns} FROM accounts_mailbox box WHERE id = %s"
    [(read, _rest)] = Statement(Mailbox, "box", sql).rows(box.pk)
    read.name = "Collège"
    read.save()
    again = Mailbox.objects.get()
    assert (again.name, again.aliases) == ("Collège", ["college@ac-poitiers.test"])
