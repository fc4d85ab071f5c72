"""The site as gunicorn serves it, with its faults."""

from __future__ import annotations

from convergence.wsgi import application
from tests.kills import faults

faults.in_web()
__all__ = ["application"]
