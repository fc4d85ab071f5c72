"""Gives each run its own stack, before Django's settings read the environment.

Loaded by `-p tests.plugin` (pyproject.toml). The addresses are chosen here; the servers
start when the first test asks for them (fixture `stack`).

  CONVERGENCE_STACK=DIR        use the stack that runs in DIR instead
  CONVERGENCE_REQUIRE_LIVE=1   a missing server is a failure, not a skip

The whole suite runs in three processes, each with a stack, a site and a browser of its
own; tests that are named run in one. `-n` says otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.utils import translation
from pytest_django.fixtures import Settings

from tests.stack import run

# two suites on one machine make examples slow: that is no failure of what is tested
hypothesis.settings.register_profile(
    "shared",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("shared")

pytest_plugins = (
    "tests.stack.running",
    "tests.stack.people",
    "tests.stack.boxes",
    "tests.stack.browsing",
    "tests.stack.proxy",
    "tests.stack.submission",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--keep-stack", action="store_true", help="keep the folder of the stack"
    )
    parser.addoption(
        "--screens", action="store_true", help="keep pictures in .test/screens/"
    )


# one more than there are cores: half of its time a test waits for servers and browser
PROCESSES = min(3, (os.cpu_count() or 1) + 1)


# a wrapper, to come before pytest-xdist, which makes the processes in this hook
@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if whole and _may_be_shared(config):
        config.option.numprocesses = PROCESSES
    return (yield)


def _may_be_shared(config: pytest.Config) -> bool:
    """Nobody said how, and nobody wants to talk with the process of a test."""
    unsaid = getattr(config.option, "numprocesses", 0) is None
    return unsaid and not config.option.usepdb and not hasattr(config, "workerinput")


# a wrapper, to come before pytest-django, which loads the settings in this hook
@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, Any, Any]:
    os.environ["TESTING"] = "1"
    os.environ.update(run.chosen().stack.environment)
    return (yield)


CORPORA = Path(__file__).resolve().parent.parent.parent / "shared"


def pytest_report_header() -> str:
    return f"corpora beside the repository: {'yes' if CORPORA.exists() else 'none'}"


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker("live")
    if not CORPORA.exists():
        # counted as deselected, told in the header: our own letters are always tried
        left = [item for item in items if item.get_closest_marker("corpora")]
        items[:] = [item for item in items if item not in left]
        config.hook.pytest_deselected(items=left)


@pytest.fixture(autouse=True)
def _in_french() -> None:
    """A page that was answered in English leaves its thread in English."""
    translation.activate("fr")


@pytest.fixture(autouse=True)
def _own_uploads(settings: Settings, tmp_path: Path) -> None:
    """Else the files of a test are found by the next one, whose person has the same
    number."""
    settings.UPLOAD_ROOT = str(tmp_path / "uploads")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A live or browser test that skips itself fails when all must run."""
    report = yield
    wanted = any(item.get_closest_marker(name) for name in ("live", "browser"))
    expected = hasattr(report, "wasxfail")
    if report.skipped and wanted and not expected and run.everything_must_run():
        report.outcome = "failed"
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    run.chosen().close(keep=config.getoption("--keep-stack"))
