"""python deploy/healthy.py URL: exit 0 when it answers 200.

Asks by the name of the nominative door, because the site refuses unknown hosts.
"""

from __future__ import annotations

import os
import sys
import urllib.request

TIMEOUT = 5.0


def main(url: str) -> int:
    host = os.environ.get("NOMINATIVE_HOST", "messagerie.localhost")
    request = urllib.request.Request(url, headers={"Host": host})  # noqa: S310 (http only)
    # no proxy of the environment: it is our own container that is asked
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            return 0 if answer.status == 200 else 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
