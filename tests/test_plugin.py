"""What each test gets without asking."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

_seen: set[str] = set()


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_its_own_uploads(turn: int, tmp_path: Path) -> None:
    assert Path(settings.UPLOAD_ROOT).is_relative_to(tmp_path)
    assert settings.UPLOAD_ROOT not in _seen
    _seen.add(settings.UPLOAD_ROOT)
