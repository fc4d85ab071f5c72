"""Somebody whose mailbox holds a corpus."""

import logging
from collections.abc import Iterator

import pytest

from tests.mail.views.conftest import desk, visitor

__all__ = ["desk", "visitor"]


@pytest.fixture(autouse=True)
def few_words() -> Iterator[None]:
    """Thousands of request lines help nobody who reads a failure."""
    logger = logging.getLogger("convergence.request")
    logger.setLevel(logging.WARNING)
    yield
    logger.setLevel(logging.NOTSET)
