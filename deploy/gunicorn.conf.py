"""gunicorn: threads, because a page waits for IMAP; the pool of connections is shared
by the threads of a worker."""

from __future__ import annotations

import gc
import os

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "16"))
# longer than any time-out of a server behind us
timeout = 60
graceful_timeout = 20
keepalive = 75
max_requests = int(os.environ.get("WEB_MAX_REQUESTS", "20000"))
max_requests_jitter = 2000
# the site writes its own request line, without addresses
accesslog = None
errorlog = "-"
loglevel = "warning"
# a second way in that nothing of ours uses, and a file where all is read-only
control_socket_disable = True
# connections of a parent must not be shared by its children
preload_app = False
# heartbeats in memory: a slow disk must not look like a dead worker
_memory = "/dev/shm"  # noqa: S108 (files without names)
worker_tmp_dir = _memory if os.path.isdir(_memory) else None
limit_request_line = 8190
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")


def post_worker_init(worker: object) -> None:
    """What the site is made of stays until the worker ends: looking through all of it
    for garbage would stop every thread for a tenth of a second, once a second under
    load. Pages leave little, which is looked for less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)
