"""What prevents a start is said in one sentence."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from demo import __main__ as command
from demo import installing, running, site
from demo.places import Place
from demo.processes import Processes
from stack import StackError
from stack.layout import HOST


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 4096))


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind((HOST, 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    started = Processes(tmp_path / "log", tmp_path / "run" / "pids.json", {})
    yield started
    started.stop()


def test_a_taken_port_is_named(tmp_path: Path, taken: int) -> None:
    with pytest.raises(StackError, match=f"Le port {taken} est pris.*PORT="):
        site.check_ports(Place(tmp_path, taken, 21000))


def test_a_taken_port_ends_the_command_with_1(
    tmp_path: Path,
    taken: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PORT", str(taken))
    monkeypatch.setenv("DEMO_DIR", str(tmp_path / "demo"))
    monkeypatch.setattr(running, "END_SIGNALS", ())
    assert command.main(["up"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_is_told_before_the_start(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="est plein : il faut 600 Mo"):
        running.Demo(Place(tmp_path, 8123, 21000))


@pytest.mark.usefixtures("full_disk")
def test_a_disk_that_filled_up_explains_a_failure(tmp_path: Path) -> None:
    explained = running.explained(tmp_path, StackError("web s’est arrêté"))
    assert str(explained).startswith(f"Le disque de {tmp_path} est plein")


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_is_told_before_the_installation() -> None:
    with pytest.raises(installing.SetupError, match="est plein"):
        installing.install_packages(["slapd"])


def test_without_rights_the_installation_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    programs: dict[str, str] = {"apt-get": "/usr/bin/apt-get"}
    monkeypatch.setattr(installing, "missing_packages", lambda **_: ["slapd"])
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", programs.get)
    with pytest.raises(installing.SetupError, match="Il faut les droits de root"):
        installing.ensure_packages(dev=False)


def test_without_apt_the_installation_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: dict[str, Any] = {}
    monkeypatch.setattr(installing, "missing_packages", lambda **_: ["slapd"])
    monkeypatch.setattr(shutil, "which", nothing.get)
    with pytest.raises(installing.SetupError, match="n’est pas une Debian"):
        installing.ensure_packages(dev=False)


def test_a_process_that_ends_is_quoted(processes: Processes) -> None:
    words = [sys.executable, "-c", "raise SystemExit('no cheese')"]
    with pytest.raises(StackError, match=r"web s’est arrêté : voir .*no cheese"):
        processes.finish("web", words)


def test_a_process_that_ends_at_once_is_not_revived(processes: Processes) -> None:
    processes.start("web", [sys.executable, "-c", ""])
    processes.running["web"].wait(10)
    with pytest.raises(StackError, match="web s’est arrêté"):
        processes.revive()


def test_a_process_that_lived_is_revived(processes: Processes) -> None:
    processes.start("web", [sys.executable, "-c", "import time; time.sleep(60)"])
    processes.began["web"] -= 60
    processes.running["web"].kill()
    processes.running["web"].wait(10)
    assert processes.revive() == ["web"]
    assert processes.running["web"].poll() is None


def test_a_stop_ends_what_a_process_started(processes: Processes) -> None:
    child = "import os, time; os.fork(); time.sleep(60)"
    processes.start("web", [sys.executable, "-c", child])
    group = processes.running["web"].pid
    processes.stop()
    assert not Path(f"/proc/{group}").exists()
    assert not [
        path
        for path in Path("/proc").glob("[0-9]*/stat")
        if path.read_text().rpartition(")")[2].split()[2:3] == [str(group)]
    ]
