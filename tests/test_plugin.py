"""What each test gets without asking."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from tests import plugin

_seen: set[str] = set()


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_its_own_uploads(turn: int, tmp_path: Path) -> None:
    assert Path(settings.UPLOAD_ROOT).is_relative_to(tmp_path)
    assert settings.UPLOAD_ROOT not in _seen
    _seen.add(settings.UPLOAD_ROOT)


_WHOLE = pytest.Config.ArgsSource.TESTPATHS
_NAMED = pytest.Config.ArgsSource.ARGS


@pytest.mark.parametrize(
    ("source", "said", "processes"),
    [
        (_WHOLE, {}, plugin.PROCESSES),
        (_NAMED, {}, None),
        (_WHOLE, {"numprocesses": 0}, 0),
        (_WHOLE, {"usepdb": True}, None),
    ],
)
def test_the_whole_suite_is_shared_by_processes(
    source: pytest.Config.ArgsSource, said: dict[str, Any], processes: int | None
) -> None:
    option = SimpleNamespace(**{"numprocesses": None, "usepdb": False, **said})
    config: Any = SimpleNamespace(args_source=source, option=option)
    next(plugin.pytest_cmdline_main(config))
    assert option.numprocesses == processes
