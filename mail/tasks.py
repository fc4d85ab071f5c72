"""Celery tasks: shallow, ids only."""

from __future__ import annotations

from celery import shared_task

from mail import sending


@shared_task
def deliver_due() -> int:
    return sending.deliver_due()
