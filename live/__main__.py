"""`python -m live`: the event service under uvicorn."""

from __future__ import annotations

import argparse
import logging.config

import uvicorn

from convergence import environment as env


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m live", description=__doc__)
    bind = env.text("LIVE_BIND", "127.0.0.1:8001")
    parser.add_argument("--bind", default=bind, help="host:port")
    host, _, port = parser.parse_args().bind.rpartition(":")
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
    uvicorn.run(
        "live.app:application",
        host=host,
        port=int(port),
        log_config=None,
        access_log=False,
        server_header=False,
        # a stream has no end of its own: a stop does not wait for it
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
