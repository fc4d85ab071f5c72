"""The short run: who asks dies at each step, the servers in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mail.imap.pool import pool
from stack import Stack
from tests.kills.course import SERVERS, SHORT
from tests.kills.running import run


@pytest.fixture
def _servers_again(stack: Stack) -> Iterator[None]:
    """The tests after this one find them as they were."""
    yield
    for server in SERVERS:
        stack.restart(server)
    pool.close()


@pytest.mark.timeout(240)
@pytest.mark.usefixtures("_servers_again")
def test_each_message_ends_once_and_is_told_truly(stack: Stack, tmp_path: Path) -> None:
    result = run(stack, tmp_path, SHORT)
    assert result.wrongs == []
    # a slow machine may pass a step less often than it is asked for
    assert sum(result.kills.values()) > len(SHORT.plan) * 0.7, result.kills
    assert result.told["accepted"] > SHORT.messages * 0.8, result.told
