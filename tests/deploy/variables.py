"""The environment variables that the code reads."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_SETTING = re.compile(r'\benv\.\w+\(\s*"([A-Z_]+)"')
_PROCESS = re.compile(r'environ\.get\(\s*"([A-Z_]+)"')


def of_settings() -> set[str]:
    return _found(_SETTING, "convergence/settings.py")


def known() -> set[str]:
    """Those of the settings, of gunicorn's file and of the event service."""
    processes = _found(_PROCESS, "deploy/gunicorn.conf.py")
    return of_settings() | processes | _found(_SETTING, "live/__main__.py")


def _found(pattern: re.Pattern[str], path: str) -> set[str]:
    return set(pattern.findall((ROOT / path).read_text("utf-8")))
