"""`python -m stack.background JSON`: a supervisor with no terminal.

It says "ready" or one error on its standard output, then is silent. It is a module of
its own because the package imports the supervisor: run as `-m`, that would be loaded
twice, and Python would say so on the stream that the caller reads.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys

from stack.errors import StackError
from stack.layout import Layout
from stack.supervisor import Supervisor


def main(order: str) -> int:
    wanted = json.loads(order)
    try:
        supervisor = Supervisor(Layout.from_facts(wanted), wanted["names"])
        _up(supervisor)
    except StackError as error:
        print(error, flush=True)
        return 1
    with contextlib.suppress(OSError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
    supervisor.run(tied=wanted["tied"])
    return 0


def _up(supervisor: Supervisor) -> None:
    try:
        seconds = supervisor.up()
    except BaseException:
        supervisor.down()
        raise
    print(f"ready in {seconds:.2f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
