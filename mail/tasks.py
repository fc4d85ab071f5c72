"""Celery tasks: shallow, ids only."""

from __future__ import annotations

from celery import shared_task

from mail import delivering, following, labelling, muting, uploads, waking


@shared_task
def deliver_due() -> int:
    return delivering.deliver_due()


@shared_task
def wake_due() -> int:
    """What was put off and what was to be answered by now."""
    return waking.wake_due() + following.check_due()


@shared_task
def strip_labels() -> int:
    return labelling.strip_due()


@shared_task
def sweep_muted() -> int:
    return muting.sweep_due()


@shared_task
def sweep_uploads() -> int:
    return uploads.sweep()
