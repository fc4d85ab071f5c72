"""Large files of a message: the same as small ones, only sooner."""

from __future__ import annotations

import base64
import email
import os

import pytest
from django.utils import timezone

from mail import bulk
from mail.composing import Draft, File, built
from mail.messages import Address


@pytest.mark.parametrize("size", [0, 1, 57, 58, 57 * 64, 57 * 64 + 1, 300_000])
def test_it_is_the_usual_base64(size: int) -> None:
    data = os.urandom(size)
    usual = base64.encodebytes(data).replace(b"\n", b"\r\n").removesuffix(b"\r\n")
    assert bulk.lines(data) == usual


def test_large_and_small_files_arrive_in_their_order() -> None:
    # the second looks like the first's place
    names = [b"a" * 90_000, b"petit", b"\0.\r\n" * 40_000]
    files = tuple(
        File(f"{n}.bin", "application/octet-stream", data)
        for n, data in enumerate(names)
    )
    sender = Address("", "a@b.test")
    text, html = "Voici l’été.\n-- \nInès", "<p>Voici l’été.</p>"
    draft = Draft(to=(sender,), subject="Plans", text=text, html=html, files=files)
    raw = built(draft, sender, "<x@b.test>", timezone.now())
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    parts = list(email.message_from_bytes(raw).walk())
    texts = [
        p.get_payload(decode=True) for p in parts if p.get_content_type()[:4] == "text"
    ]
    assert texts[0] == text.replace("\n", "\r\n").encode()
    assert html.encode() in texts[1]
    found = [p.get_payload(decode=True) for p in parts if p.get_filename()]
    assert found == names
