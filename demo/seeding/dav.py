"""Fills collections of Radicale, as the service user acting for somebody."""

from __future__ import annotations

from xml.sax.saxutils import escape

import requests

from stack import Stack
from stack.accounts import DAV_PASSWORD, SERVICE_USER
from stack.layout import HOST

PATIENCE = 30.0  # seconds for one answer
_KINDS = "".join(f'<C:comp name="{name}"/>' for name in ("VEVENT", "VTODO", "VJOURNAL"))
_KIND = {
    "text/vcard": "",
    "text/calendar": f"<C:supported-calendar-component-set>{_KINDS}"
    "</C:supported-calendar-component-set>",
}
_NAME = """<?xml version="1.0" encoding="utf-8"?>
<D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
<D:set><D:prop><D:displayname>{name}</D:displayname>{kind}</D:prop></D:set>
</D:propertyupdate>"""


def fill(stack: Stack, uid: str, path: str, *, name: str, held: str, type: str) -> None:
    """Make this collection of this person hold these cards or events and nothing else:
    one request instead of one for each. Raises requests.RequestException."""
    root = f"http://{HOST}:{stack.ports['dav']}/{uid}/"
    with requests.Session() as session:
        session.auth = (f"{uid}!{SERVICE_USER}", DAV_PASSWORD)
        # the first request of a person makes their agenda and their contacts
        for method, address, text in (
            ("PROPFIND", root, ""),
            ("PUT", f"{root}{path}/", held),
            # the PUT took the name of the collection away
            ("PROPPATCH", f"{root}{path}/", _named(name, type)),
        ):
            answer = session.request(
                method,
                address,
                data=text.encode(),
                headers={"Depth": "0", "Content-Type": type},
                timeout=PATIENCE,
            )
            answer.raise_for_status()


def _named(name: str, type: str) -> str:
    return _NAME.format(name=escape(name), kind=_KIND[type])
