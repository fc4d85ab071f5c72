"""Celery tasks: shallow, ids only."""

from __future__ import annotations

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from accounts.access import Grant
from accounts.models import Mailbox, User
from mail import (
    acting,
    delivering,
    following,
    labelling,
    learning,
    muting,
    pacing,
    remembering,
    uploads,
    waking,
)
from mail.models import Act

logger = logging.getLogger(__name__)


@shared_task
def deliver_due() -> int:
    return delivering.deliver_due()


@shared_task
def pace_mailings() -> int:
    return pacing.carry_on()


@shared_task
def wake_due() -> int:
    """What was put off and what was to be answered by now."""
    return waking.wake_due() + following.check_due()


@shared_task
def carry_on(act: str) -> None:
    if acting.carry_on(act):
        hand_over(Act.objects.get(pk=act))


@shared_task
def resume_acts() -> int:
    waiting = acting.resume()
    for act in waiting:
        hand_over(act)
    return len(waiting)


def hand_over(act: Act) -> None:
    """To a worker; when there is no broker the page that watches the act does it."""
    try:
        carry_on.apply_async((str(act.pk),), retry=False, queue="slow")
    except OperationalError as error:
        logger.warning("no broker", extra={"cause": type(error).__name__})


@shared_task
def strip_labels() -> int:
    return labelling.strip_due()


@shared_task
def sweep_muted() -> int:
    return muting.sweep_due()


@shared_task
def sweep_uploads() -> int:
    return uploads.sweep()


@shared_task
def learn_correspondents(mailbox: int, user: int) -> int:
    return learning.learn(
        Mailbox.objects.get(pk=mailbox, is_active=True), User.objects.get(pk=user)
    )


def hand_learning(grant: Grant) -> None:
    """To a worker; without one the history begins empty."""
    if not learning.is_due(grant.mailbox, grant.user):
        return
    ids = (grant.mailbox.pk, grant.user.pk)
    try:
        learn_correspondents.apply_async(ids, retry=False, queue="slow")
    except OperationalError as error:
        logger.warning("no broker", extra={"cause": type(error).__name__})


@shared_task
def trim_correspondents() -> int:
    return remembering.trim()
