"""The site of the demo: what its processes are told, and how they are called."""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import sys
import time

from demo.places import Place
from demo.processes import Processes
from stack.errors import StackError
from stack.layout import HOST

START_LIMIT = 60.0  # seconds
HOSTS = {
    "nominative": os.environ.get("NOMINATIVE_HOST", "messagerie.localhost"),
    "functional": os.environ.get("FUNCTIONAL_HOST", "bal.localhost"),
}


def address(place: Place, door: str) -> str:
    return f"http://{HOSTS[door]}:{place.port}/"


def environment(place: Place, stack: dict[str, str]) -> dict[str, str]:
    """As in production, but over HTTP; `stack` says where the servers are."""
    origins = [address(place, door).rstrip("/") for door in HOSTS]
    return {
        **os.environ,
        **stack,
        "DJANGO_SETTINGS_MODULE": "convergence.settings",
        "DEBUG": "0",
        "TESTING": "0",
        "HTTPS": "0",
        "SECRET_KEY": _secret(place),
        "NOMINATIVE_HOST": HOSTS["nominative"],
        "FUNCTIONAL_HOST": HOSTS["functional"],
        "CSRF_TRUSTED_ORIGINS": ",".join(origins),
        "DATABASE_URL": f"sqlite:///{place.path('site.sqlite3')}",
        "STATIC_ROOT": str(place.path("static")),
        "UPLOAD_ROOT": str(place.path("uploads")),
        "LIVE_BIND": f"{HOST}:{place.live_port}",
        # no proxy joins the two
        "LIVE_PORT": str(place.live_port),
        "WEB_BIND": f"{HOST}:{place.port}",
        # as the letters of the demo have it
        "TRUSTED_AUTHSERV_ID": "mx.ac-poitiers.test",
    }


def commands(place: Place) -> dict[str, list[str]]:
    python = [sys.executable, "-m"]
    worker = ["celery", "-A", "convergence", "worker", "-B", "-Q", "send,slow"]
    worker += ["--concurrency", "2", "-l", "WARNING", "-s", str(place.path("beat"))]
    # the control socket has one fixed path in the home folder
    web = ["gunicorn", "-c", "deploy/gunicorn.conf.py", "--no-control-socket"]
    return {
        "web": [*python, *web, "convergence.wsgi"],
        "live": [*python, "live"],
        "worker": [*python, *worker],
    }


def wait(place: Place, processes: Processes) -> None:
    """Return when the pages and the event service answer."""
    end = time.monotonic() + START_LIMIT
    for name, port in (("web", place.port), ("live", place.live_port)):
        while _status(port) != 200:
            processes.check()
            if time.monotonic() > end:
                raise StackError(f"{name} ne répond pas : voir {processes.log(name)}")
            time.sleep(0.1)


def check_ports(place: Place) -> None:
    """StackError when a port of the site is taken or not ours to take."""
    _check_port(place.port, "PORT")
    _check_port(place.live_port, "STACK_BASE")


def _check_port(port: int, variable: str) -> None:
    with socket.socket() as probe:
        # else a connection of our last run that still lingers counts as taken
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise StackError(
                f"Le port {port} demande les droits de root : choisissez-en un "
                f"au-dessus de 1023 ({variable}=)."
            ) from None
        except OSError:
            raise StackError(
                f"Le port {port} est pris : choisissez-en un autre ({variable}=), "
                "ou arrêtez ce qui l’occupe."
            ) from None


def _status(port: int) -> int:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/sante/", headers={"Host": HOSTS["nominative"]})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def _secret(place: Place) -> str:
    """Made once: sessions outlive a restart."""
    path = place.path("secret-key")
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), "utf-8")
    return path.read_text("utf-8")
