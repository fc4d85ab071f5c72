"""One demo from start to end: servers, site, and what ends them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from demo import facts, places, site
from demo.places import Place
from demo.processes import Processes
from stack import Stack
from stack.errors import StackError, from_os_error

TICK = 0.5  # seconds
FULL = 20 * 1024 * 1024  # a disk with less free is why something failed
ROOM = {True: 300, False: 600}  # MB that a seeded and a new demo need
QUIET = "DEMO_QUIET"
END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Demo:
    """`start()`, then `watch()` until told to end; `stop()` in every case.

    The folder must be held (places.hold) all that time.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        place.facts.unlink(missing_ok=True)
        self._check_room()
        site.check_ports(place)
        self.stack = self._make_stack()
        environment = site.environment(place, self.stack.environment)
        notes = place.path("run", "pids.json")
        self.processes = Processes(place.path("log"), notes, environment)

    def _check_room(self) -> None:
        needed = ROOM[places.seeded(self.place.folder)]
        if shutil.disk_usage(self.place.folder).free < needed * 1024 * 1024:
            raise StackError(
                f"Le disque de {self.place.folder} est plein : il faut {needed} Mo."
            )

    def _make_stack(self) -> Stack:
        place, link = self.place, self.place.path("stack")
        # servers of a demo that was killed may still be ending
        if place.stack.joinpath("stack.json").exists():
            Stack.at(place.stack).down()
        if places.half_seeded(place.folder):
            print("La préparation avait été interrompue : elle recommence.", flush=True)
            places.clear(place)
        if place.stack != link and not link.is_symlink():
            link.symlink_to(place.stack)
        return Stack(place.stack, place.base)

    # --- life -------------------------------------------------------------------------
    def start(self) -> float:
        """Return once the pages answer; the seconds it took."""
        begin = time.monotonic()
        # tied: the servers end with this process, however it ends
        self.stack.up(tied=True)
        command = [sys.executable, "-m", "demo.preparing", str(self.place.folder)]
        self.processes.finish("prepare", command)
        for name, command in site.commands(self.place).items():
            self.processes.start(name, command)
        site.wait(self.place, self.processes)
        self.place.facts.write_text(
            json.dumps(
                facts.facts(self.place, self.stack), ensure_ascii=False, indent=1
            ),
            "utf-8",
        )
        return time.monotonic() - begin

    def watch(self) -> None:
        while self.stack.layout.path("run", "pids.json").exists():
            for name in self.processes.revive():
                print(f"{name} s’était arrêté : relancé.", flush=True)
            time.sleep(TICK)
        log = self.stack.layout.path("log")
        raise StackError(f"Les serveurs se sont arrêtés : voir {log}")

    def stop(self) -> None:
        self.place.facts.unlink(missing_ok=True)
        self.processes.stop()
        self.stack.down()


def run(place: Place) -> None:
    """Until Ctrl-C or `make demo-stop`; StackError when it cannot start or go on."""
    for number in END_SIGNALS:
        signal.signal(number, _interrupt)
    with places.hold(place):
        _run(place)


def _run(place: Place) -> None:
    demo = Demo(place)
    try:
        seconds = demo.start()
        print(facts.welcome(place, seconds), flush=True)
        _fall_silent(place)
        demo.watch()
    except OSError as error:
        raise from_os_error(error) from error
    except StackError as error:
        raise explained(place.folder, error) from error
    except KeyboardInterrupt:
        print("\nArrêt de la démonstration…", flush=True)
        raise
    finally:
        for number in END_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        demo.stop()


def _fall_silent(place: Place) -> None:
    """Without a terminal: whoever waits for us reads the end of our output."""
    if os.environ.get(QUIET):
        log = os.open(
            place.path("log", "demo.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND
        )
        for stream in (1, 2):
            os.dup2(log, stream)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def explained(folder: Path, error: StackError) -> StackError:
    """A full disk makes each program fail with words of its own."""
    with suppress(OSError):
        if shutil.disk_usage(folder).free < FULL:
            return StackError(f"Le disque de {folder} est plein. Libérez de la place.")
    return error
