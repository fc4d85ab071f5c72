"""The long run, by hand: `python -m tests.kills [messages] [kills]`."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path

from stack import Stack
from tests.kills.course import long
from tests.kills.running import run

BASE = int(os.environ.get("STACK_BASE") or "9000")


def main() -> int:
    # whatever ends it, nothing of it stays
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    words = [int(word) for word in sys.argv[1:]]
    messages, kills = (*words, *(2000, 220)[len(words) :])
    with tempfile.TemporaryDirectory(prefix="kills-", dir="/tmp") as name:
        folder = Path(name)
        # the servers run as users of their own
        folder.chmod(0o755)
        stack = Stack(folder / "stack", BASE, full_text=False)
        stack.up(tied=True)
        try:
            result = run(stack, folder, long(messages, kills))
        finally:
            stack.down()
    print(f"{messages} messages, {sum(result.kills.values())} kills, ", end="")
    print(f"{result.seconds:.0f} s")
    print("told:", dict(result.told))
    print("ended:", dict(result.states))
    for step, count in sorted(result.kills.items()):
        print(f"  killed {count:3}  {step}")
    print(f"{len(result.wrongs)} wrong")
    print("\n".join(result.wrongs[:50]))
    return bool(result.wrongs)


if __name__ == "__main__":
    sys.exit(main())
