"""The audit is only ever added to."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import AppendOnlyError, AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> AuditEvent:
    audit.record("kbenali", "message.move", mailbox="a@b.test")
    return AuditEvent.objects.get()


def test_a_row_is_not_saved_again(event: AuditEvent) -> None:
    event.person = "jdoe"
    with pytest.raises(AppendOnlyError):
        event.save()
    assert AuditEvent.objects.get().person == "kbenali"


def test_a_row_is_not_overwritten_by_its_number(event: AuditEvent) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent(pk=event.pk, person="jdoe", act="x").save()
    assert AuditEvent.objects.get().person == "kbenali"


def test_rows_are_not_updated(event: AuditEvent) -> None:
    with pytest.raises(AppendOnlyError):
        AuditEvent.objects.filter(pk=event.pk).update(person="jdoe")
    with pytest.raises(AppendOnlyError):
        AuditEvent.objects.bulk_update([event], ["person"])


def test_rows_are_not_replaced_in_bulk(event: AuditEvent) -> None:
    with pytest.raises(AppendOnlyError):
        AuditEvent.objects.bulk_create(
            [event],
            update_conflicts=True,
            update_fields=["person"],
            unique_fields=["id"],
        )


def test_rows_are_not_deleted(event: AuditEvent) -> None:
    with pytest.raises(AppendOnlyError):
        event.delete()
    with pytest.raises(AppendOnlyError):
        AuditEvent.objects.all().delete()
    assert AuditEvent.objects.count() == 1
