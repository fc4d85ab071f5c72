"""python -m stack.postgresql COMMAND…: run it against a PostgreSQL made for it.

The cluster is empty, listens on loopback, is told to the command by DATABASE_URL, and
goes away with it. It needs the Debian package `postgresql`, nothing else does.
"""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stack import guard
from stack.errors import StackError
from stack.layout import HOST, privileged
from stack.server import PAUSE, START_LIMIT, STOP_LIMIT, end_group, reachable

PACKAGE = "postgresql"
ACCOUNT = "postgres"  # initdb refuses root
NAME = "convergence"
PROGRAMS = Path("/usr/lib/postgresql")
# nothing of it outlives the command: speed before safety
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@contextmanager
def cluster() -> Iterator[str]:
    """A running cluster, as a DATABASE_URL."""
    program = _program("postgres")
    folder = Path(tempfile.mkdtemp(prefix="cv-pg-", dir="/tmp"))
    secret = secrets.token_urlsafe(12)
    port = _free_port()
    try:
        _create(folder, secret)
        process = _start(program, folder, port)
        try:
            _wait(process, folder, port)
            _run("createdb", *_address(port), NAME, PGPASSWORD=secret)
            yield f"postgresql://{NAME}:{secret}@{HOST}:{port}/{NAME}"
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with cluster() as url:
            return subprocess.call(command, env=os.environ | {"DATABASE_URL": url})
    except StackError as error:
        print(error, file=sys.stderr)
        return 1


def _program(name: str) -> str:
    """In the newest version that is installed: Debian keeps them off the PATH."""
    found = sorted(PROGRAMS.glob(f"*/bin/{name}"), key=lambda p: int(p.parts[4]))
    if not found:
        raise StackError(f"Le programme {name} manque : installez {PACKAGE}.")
    return str(found[-1])


def _create(folder: Path, secret: str) -> None:
    password = folder / "password"
    password.write_text(secret, "utf-8")
    if privileged():
        for path in (folder, password):
            shutil.chown(path, ACCOUNT, ACCOUNT)
    options = ["-D", str(folder / "data"), "-U", NAME, "--pwfile", str(password)]
    options += ["--auth=scram-sha-256", "--locale=C.UTF-8", "--encoding=UTF8"]
    _run("initdb", *options, "--no-sync")
    password.unlink()


def _start(program: str, folder: Path, port: int) -> subprocess.Popen[bytes]:
    ours = (f"listen_addresses={HOST}", f"port={port}")
    settings = (*HASTY, *ours, f"unix_socket_directories={folder}")
    options = [word for setting in settings for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, "-D", str(folder / "data"), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **_as_account(),
        )
    pids = folder / "pids.json"
    pids.write_text(json.dumps({"servers": {ACCOUNT: process.pid}}), "utf-8")
    guard.watch(pids)
    return process


def _wait(process: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    end = time.monotonic() + START_LIMIT
    while not reachable(port):
        if process.poll() is not None or time.monotonic() > end:
            log = (folder / "log").read_text("utf-8", "replace").strip()
            raise StackError(f"PostgreSQL ne répond pas : {log[-500:]}")
        time.sleep(PAUSE)


def _stop(process: subprocess.Popen[bytes]) -> None:
    # SIGINT is PostgreSQL's fast shutdown: it does not wait for its clients
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        end_group(process.pid)
        process.wait()


def _run(name: str, *words: str, **variables: str) -> None:
    try:
        subprocess.run(
            [_program(name), *words],
            check=True,
            capture_output=True,
            env=os.environ | variables,
            **_as_account(),
        )
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode("utf-8", "replace").strip()
        raise StackError(f"{name} a échoué : {told[-500:]}") from error


def _as_account() -> dict[str, Any]:
    """What makes a program run without our rights, if we have too many."""
    if not privileged():
        return {}
    account = pwd.getpwnam(ACCOUNT)
    identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return {**identity, "cwd": "/"}


def _address(port: int) -> tuple[str, ...]:
    return ("-h", HOST, "-p", str(port), "-U", NAME)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
