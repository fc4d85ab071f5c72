"""What a browser says of a file that it sends in pieces."""

from __future__ import annotations

import base64
import hashlib

import pytest

from convergence.errors import InputRefused
from mail import tus


def metadata(**values: str) -> str:
    pairs = (f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in values.items())
    return ",".join(pairs)


def test_a_file_is_announced() -> None:
    told = tus.announced("12", metadata(filename="Été.pdf", filetype="application/pdf"))
    assert told == tus.Announced("Été.pdf", "application/pdf", 12)
    assert tus.announced("0", "is_confidential") == tus.Announced("", "", 0)


@pytest.mark.parametrize("length", ["", "-1", "1.5", "٣", "1e9", "9" * 19, "1\r\n"])
def test_a_length_is_a_number(length: str) -> None:
    with pytest.raises(InputRefused):
        tus.announced(length, "")


@pytest.mark.parametrize("header", ["filename !!", "filename é", "a " + "A" * 9000])
def test_strange_metadata_is_refused(header: str) -> None:
    with pytest.raises(InputRefused):
        tus.announced("1", header)


def test_a_checksum_is_held_against_the_content() -> None:
    digest = base64.b64encode(hashlib.sha256(b"ab").digest()).decode()
    checksum = tus.checksum(f"sha256 {digest}")
    assert checksum
    assert b"".join(checksum.over([b"a", b"b"])) == b"ab"
    assert checksum.is_right
    assert tus.checksum("") is None
    with pytest.raises(InputRefused):
        tus.checksum(f"md4 {digest}")
