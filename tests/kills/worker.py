"""The Celery application of the site, with its faults."""

from __future__ import annotations

import django

from convergence.celery import app

django.setup()

from tests.kills import faults  # noqa: E402 (it reads models)

faults.in_worker()
__all__ = ["app"]
