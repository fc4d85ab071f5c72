"""`python3 -m demo.installing [--dev]`: what the site needs, installed once.

Debian packages by apt, Python packages in `.venv` from the hashed requirements, browser
libraries by npm. It runs before anything is installed: standard library only. What is
already there costs a second run nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
MODULES = ROOT / "node_modules"
POLICY = Path("/usr/sbin/policy-rc.d")
# Debian's own units of the servers: the stack starts its own, on other ports
UNITS = {
    "dovecot-core": ("dovecot.service", "dovecot.socket"),
    "slapd": ("slapd.service",),
    "postfix": ("postfix.service",),
    "redis-server": ("redis-server.service",),
}
ROOM = {"/": 1500, str(ROOT): 1000}  # MB, for a first installation


class SetupError(Exception):
    """One sentence in French for the person who typed the command."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m demo.installing")
    parser.add_argument("--dev", action="store_true", help="tests and linters too")
    parser.add_argument("--system", action="store_true", help="apt only, as root")
    options = parser.parse_args()
    try:
        if options.system:
            install_packages(missing_packages(dev=options.dev))
        else:
            install(dev=options.dev)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Installation impossible : {error}.", file=sys.stderr)
        return 1
    return 0


def install(*, dev: bool) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 (the machine's, whatever it is)
        raise SetupError("Il faut Python 3.11 ou plus récent (Debian 12 l’a).")
    (ROOT / ".build").mkdir(exist_ok=True)
    with (ROOT / ".build" / "setup.lock").open("w") as lock:
        # two demos started together must not install into the same folders
        fcntl.flock(lock, fcntl.LOCK_EX)
        ensure_packages(dev=dev)
        ensure_python(dev=dev)
        ensure_libraries(dev=dev)


# --- Debian packages ----------------------------------------------------------------
def wanted_packages(*, dev: bool) -> list[str]:
    lines = (ROOT / "stack" / "apt-packages.txt").read_text("utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    # a node from elsewhere conflicts with Debian's npm
    names += [
        package
        for program, package in (("node", "nodejs"), ("npm", "npm"))
        if not shutil.which(program)
    ]
    return [*names, "chromium"] if dev and not shutil.which("chromium") else names


def missing_packages(*, dev: bool) -> list[str]:
    names = wanted_packages(dev=dev)
    if not shutil.which("dpkg-query"):
        return names
    form = "${binary:Package} ${db:Status-Status}\n"
    found = subprocess.run(
        ["dpkg-query", "-W", "-f", form, *names], capture_output=True, text=True
    ).stdout.split("\n")
    words = [line.split() for line in found if line]
    here = {name.partition(":")[0] for name, state in words if state == "installed"}
    return [name for name in names if name not in here]


def ensure_packages(*, dev: bool) -> None:
    missing = missing_packages(dev=dev)
    if not missing:
        return
    print(f"Paquets Debian à installer : {' '.join(missing)}", flush=True)
    if not shutil.which("apt-get"):
        raise SetupError(
            "apt-get manque : cette machine n’est pas une Debian. "
            "Installez les programmes de stack/apt-packages.txt par ses moyens."
        )
    if os.geteuid() == 0:
        install_packages(missing)
    else:
        _as_root(dev=dev)


def _as_root(*, dev: bool) -> None:
    if not _may_use_sudo():
        raise SetupError(
            "Il faut les droits de root pour installer ces paquets : "
            "relancez la commande en root, ou avec un compte que sudo accepte."
        )
    command = ["sudo", sys.executable, "-m", "demo.installing", "--system"]
    if subprocess.run(command + ["--dev"] * dev, cwd=ROOT).returncode:
        raise SetupError("Les paquets Debian n’ont pas été installés.")


def _may_use_sudo() -> bool:
    """Whether sudo will do it, or can at least ask for a password."""
    if not shutil.which("sudo"):
        return False
    without_asking = subprocess.run(["sudo", "-n", "true"], capture_output=True)
    return without_asking.returncode == 0 or sys.stdin.isatty()


def install_packages(names: list[str]) -> None:
    """As root. None of the servers is left running, now or at the next start."""
    _check_room("/")
    with (ROOT / ".build" / "apt.log").open("w") as log, _no_daemons():
        _apt(log, "update")
        status = _apt(log, "install", "-y", "--no-install-recommends", *names)
    if status:
        raise SetupError(
            "apt-get n’a pas installé les paquets (réseau, sources de /etc/apt, place "
            f"sur le disque) : voir {log.name}."
        )
    units = [unit for name in names for unit in UNITS.get(name, ())]
    if units and shutil.which("systemctl"):
        subprocess.run(["systemctl", "disable", *units], capture_output=True)


def _apt(log: IO[str], *words: str) -> int:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    command = ["apt-get", "-q", "-o", "Dpkg::Use-Pty=0", *words]
    return subprocess.run(command, env=environment, stdout=log, stderr=log).returncode


@contextlib.contextmanager
def _no_daemons() -> Iterator[None]:
    """Packages start no service: the way that Debian's policy offers."""
    ours = not POLICY.exists()
    if ours:
        POLICY.write_text("#!/bin/sh\nexit 101\n", "utf-8")
        POLICY.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            POLICY.unlink(missing_ok=True)


# --- Python and browser libraries ---------------------------------------------------
def ensure_python(*, dev: bool) -> None:
    requirements = ROOT / "requirements" / ("dev.txt" if dev else "stack.txt")
    stamp = VENV / f".{requirements.name}.installed"
    if _stamped(stamp, requirements):
        return
    _check_room(str(ROOT))
    print(f"Bibliothèques Python : {requirements.relative_to(ROOT)}", flush=True)
    if not (VENV / "bin" / "python").exists():
        _run("La création de .venv", [sys.executable, "-m", "venv", str(VENV)])
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    pip += ["--disable-pip-version-check", "--require-hashes", "-r", str(requirements)]
    _run("pip", pip)
    _stamp(stamp, requirements)


def ensure_libraries(*, dev: bool) -> None:
    lock = ROOT / "package-lock.json"
    every, some = MODULES / ".dev.installed", MODULES / ".site.installed"
    if _stamped(every, lock) or (not dev and _stamped(some, lock)):
        return
    _check_room(str(ROOT))
    print("Bibliothèques du navigateur : package.json", flush=True)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    _run("npm", command + ["--omit=dev"] * (not dev) + ["--loglevel=error"])
    _stamp(every if dev else some, lock)


def _run(what: str, command: list[str]) -> None:
    if subprocess.run(command, cwd=ROOT).returncode:
        raise SetupError(
            f"{what} a échoué : voir le message ci-dessus "
            "(réseau, place sur le disque)."
        )


def _stamped(stamp: Path, source: Path) -> bool:
    return stamp.exists() and stamp.read_text("utf-8") == _digest(source)


def _stamp(stamp: Path, source: Path) -> None:
    stamp.write_text(_digest(source), "utf-8")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _check_room(where: str) -> None:
    needed = ROOM[where]
    if shutil.disk_usage(where).free < needed * 1024 * 1024:
        raise SetupError(f"Le disque de {where} est plein : il faut {needed} Mo.")


if __name__ == "__main__":
    sys.exit(main())
