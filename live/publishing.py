"""Telling the open pages that something changed. Never stops the one who tells."""

from __future__ import annotations

import logging
import time
from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from live.events import Event, channel

logger = logging.getLogger(__name__)
REST_SECONDS = 3.0
_resting_until = 0.0


def publish(login: str, event: Event) -> bool:
    """Send `event` to the pages open on the mailbox with this IMAP login.

    False when Redis did not take it: the pages will see the change when they poll.
    """
    global _resting_until
    if time.monotonic() < _resting_until:
        return False
    try:
        _client(settings.REDIS_URL).publish(channel(login), event.dumps())
    except redis.RedisError as error:
        # a hanging server must not cost every act its time-out
        _resting_until = time.monotonic() + REST_SECONDS
        logger.warning("event not published", extra={"cause": type(error).__name__})
        return False
    return True


@lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=0.5,
        socket_timeout=0.5,
        retry=Retry(NoBackoff(), 0),
    )
