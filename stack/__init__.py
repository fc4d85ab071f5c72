"""The real servers for demo, tests and benchmarks, on loopback, in one folder.

`python -m stack up --dir DIR --base N`; in Python `Stack(DIR, base=N).up()`. Nothing is
written outside DIR and nothing listens elsewhere than on 127.0.0.1.
"""

from stack.client import Stack
from stack.errors import StackError

__all__ = ["Stack", "StackError"]
