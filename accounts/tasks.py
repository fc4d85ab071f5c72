"""Celery tasks: shallow, without arguments."""

from __future__ import annotations

import logging

from celery import shared_task

from accounts import mirroring, retention
from convergence.errors import DirectoryUnavailable

logger = logging.getLogger(__name__)


@shared_task
def follow_directory() -> int:
    try:
        return mirroring.follow()
    except DirectoryUnavailable:
        # the next tick is soon
        logger.warning("memberships not followed", extra={"server": "ldap"})
        return 0


@shared_task
def prune() -> None:
    retention.prune()
