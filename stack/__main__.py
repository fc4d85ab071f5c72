"""python -m stack: the servers of the demo, the tests and the benchmarks.

up     --dir DIR [--base 10000] [--mta auto|postfix|relay] [--only slapd,redis]
       [--no-full-text] [--background]
down   --dir DIR
status --dir DIR
env    --dir DIR            the environment that makes the site use this stack
stop|start|restart|kill|pause|resume NAME --dir DIR
"""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from stack.client import Stack
from stack.errors import StackError
from stack.supervisor import Supervisor

ONE_SERVER = ("stop", "start", "restart", "kill", "pause", "resume")


def main() -> int:
    options = _options()
    try:
        return _run(options)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m stack",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=["up", "down", "status", "env", *ONE_SERVER])
    parser.add_argument("server", nargs="?", help="slapd dovecot mta radicale redis")
    parser.add_argument("--dir", required=True, type=Path)
    parser.add_argument("--base", type=int, default=10000)
    parser.add_argument("--mta", choices=["auto", "postfix", "relay"], default="auto")
    parser.add_argument("--only", default="", help="names, separated by commas")
    parser.add_argument("--no-full-text", action="store_true")
    parser.add_argument("--background", action="store_true")
    return parser.parse_args()


def _run(options: argparse.Namespace) -> int:
    if options.what == "up":
        return _up(options)
    if options.what == "status":
        return _status(Stack.at(options.dir))
    if options.what == "env":
        for name, value in Stack.at(options.dir).environment.items():
            print(f"export {name}={shlex.quote(value)}")
    elif options.what == "down":
        if Path(options.dir, "stack.json").exists():
            Stack.at(options.dir).down()
    else:
        getattr(Stack.at(options.dir), options.what)(options.server)
    return 0


def _up(options: argparse.Namespace) -> int:
    stack = Stack(
        options.dir,
        options.base,
        mta=options.mta,
        full_text=not options.no_full_text,
        only=[name for name in options.only.split(",") if name],
    )
    if options.background:
        print(f"{stack.up()}: {stack.layout.path('stack.json')}")
        return 0
    return _stay(Supervisor(stack.layout, stack.only))


def _stay(supervisor: Supervisor) -> int:
    try:
        print(f"ready in {supervisor.up():.2f} s; Ctrl-C stops everything", flush=True)
        supervisor.run()
    except KeyboardInterrupt:
        return 130
    finally:
        supervisor.down()
    return 0


def _status(stack: Stack) -> int:
    servers = stack.status()
    for name, state in servers.items():
        ports = " ".join(f"{port}:{number}" for port, number in state["ports"].items())
        word = "runs" if state["running"] else "STOPPED"
        print(f"{name:9} {word:8} pid {state['pid'] or '-':>7}  {ports}")
    return 0 if all(state["running"] for state in servers.values()) else 3


if __name__ == "__main__":
    sys.exit(main())
