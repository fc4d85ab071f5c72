"""What is measured of writing: the form, a draft stored by itself, what is accepted."""

from __future__ import annotations

import json
import re
import uuid

from bench.browser import Reply
from bench.operations import Bench, Operation, checked

_OWNER = re.compile(r'data-owner="([^"]*)"')
LINES = "Bonjour,\r\n\r\nCeci est un essai de mesure.\r\n"
TO = "chantal.petit@ac-poitiers.test"


def composer(bench: Bench) -> Operation:
    path = f"/ecrire/{bench.address}/"
    return Operation(
        "composer",
        0,
        0.5,
        13.5,
        ours=lambda i: [bench.get(path, b'name="subject"')],
        raw=lambda i: bench.raw.noop(),
        folder="INBOX",
        wired=False,
    )


def autosave(bench: Bench) -> Operation:
    """A text of 3 KB on which somebody goes on writing: each version is stored, then
    the one before it goes."""
    path = f"/ecrire/{bench.address}/"
    owner = _OWNER.findall(bench.get(path).text)[0]
    token, versions = uuid.uuid4().hex, [""]

    def ours(i: int) -> list[Reply]:
        fields = [
            ("owner", owner),
            ("save", "1"),
            ("token", token),
            ("draft_id", versions[-1]),
            ("draft_save", uuid.uuid4().hex),
            ("to", TO),
            ("subject", f"Mesure {i}"),
            ("text", LINES * 70),
        ]
        reply = checked(bench.browser.post(f"{path}brouillon/", fields))
        versions.append(json.loads(reply.body)["draft"])
        return [reply]

    message = b"Subject: Mesure\r\n\r\n" + b"Ceci est un essai.\r\n" * 150
    return Operation(
        "autosave",
        0,
        0.5,
        None,
        ours,
        raw=lambda i: bench.raw.append("Drafts", message, [b"\\Draft", b"\\Seen"]),
        folder="INBOX",
        wired=False,
    )


def send(bench: Bench) -> Operation:
    """10 KB, until they are accepted: in the outbox, stored in Programmés."""
    path = f"/ecrire/{bench.address}/"

    def ours(i: int) -> list[Reply]:
        fields = [
            ("token", uuid.uuid4().hex),
            ("to", TO),
            ("subject", f"Mesure {i}"),
            ("text", LINES * 250),
        ]
        reply = bench.browser.post(path, fields)
        if reply.status != 303:
            raise RuntimeError(f"not accepted: {reply.status} {reply.text[:2000]}")
        return [reply]

    message = b"Subject: Mesure\r\n\r\n" + b"Ceci est un essai.\r\n" * 500
    return Operation(
        "send accepted",
        0,
        0.8,
        27.5,
        ours,
        raw=lambda i: bench.raw.append("Drafts", message),
        folder="INBOX",
        rounds=30,
    )
