"""Messages in files are read within bounds."""

from __future__ import annotations

import pytest

from convergence.errors import TooLarge
from mail import enclosures
from mail.messages import Part

HEAD = b"Content-Type: multipart/mixed; boundary=b\n\n"
PART = Part("2", "application/octet-stream")


@pytest.mark.parametrize("line", [b"\n", b"\r", b"\r\n"])
def test_a_message_of_very_many_parts_is_not_opened(line: bytes) -> None:
    data = HEAD + (line + b"--b" + line) * (enclosures.DASHES_MAX + 1)
    with pytest.raises(TooLarge):
        enclosures.opened(PART, data)


def test_dashes_within_lines_do_not_count() -> None:
    data = b"Subject: x\n\n" + b"a--b\n" * (enclosures.DASHES_MAX + 1)
    assert enclosures.opened(PART, data).text.startswith("a--b")
