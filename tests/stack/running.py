"""The fixture `stack`: all servers, started once for the run."""

from __future__ import annotations

import pytest

from stack import Stack
from tests.stack import run


@pytest.fixture(scope="session")
def stack() -> Stack:
    """The run's own servers. A test that stops one starts it again."""
    chosen = run.chosen()
    if missing := chosen.stack.missing_packages():
        _refuse("install " + " ".join(missing))
    if chosen.ours and not chosen.stack.running:
        chosen.stack.up(tied=True)
    return chosen.stack


def _refuse(reason: str) -> None:
    if run.everything_must_run():
        pytest.fail(reason)
    pytest.skip(reason)
