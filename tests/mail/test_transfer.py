from __future__ import annotations

import base64
import quopri
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.transfer import decoded, transfer_decode

UU = b"begin 644 a.txt\n#0V%T\n`\nend\n"


@pytest.mark.parametrize(
    ("data", "encoding", "content"),
    [
        (b"w6k=", "base64", "é".encode()),
        (b"w6k", "base64", "é".encode()),
        (b"w6\r\n!k= \0", "base64", "é".encode()),
        (b"YWJj\r\nZA==\r\nZWY=", "base64", b"abcdef"),
        (b"YWJjZ", "base64", b"abc"),
        (b"=C3=A9=\r\nt=zz", "quoted-printable", "ét=zz".encode()),
        (UU, "x-uuencode", b"Cat"),
        (b"tel quel", "8bit", b"tel quel"),
        (b"tel quel", "inconnu", b"tel quel"),
    ],
)
def test_broken_content_is_kept_as_far_as_it_goes(
    data: bytes, encoding: str, content: bytes
) -> None:
    assert transfer_decode(data, encoding) == content


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@given(st.binary(max_size=300), st.integers(1, 50))
def test_pieces_give_the_same_as_the_whole(data: bytes, size: int) -> None:
    for encoding, encoded in (
        ("base64", base64.encodebytes(data)),
        ("quoted-printable", quopri.encodestring(data)),
    ):
        assert b"".join(decoded(cut(encoded, size), encoding)) == data


@given(st.binary(max_size=300), st.sampled_from(["base64", "quoted-printable", "uue"]))
def test_it_never_raises(data: bytes, encoding: str) -> None:
    assert transfer_decode(data, encoding) == b"".join(decoded(cut(data, 7), encoding))


def test_a_line_without_end_is_not_gathered() -> None:
    pieces = decoded((b"=41" * 100_000 for _ in range(3)), "quoted-printable")
    sizes = [len(piece) for piece in pieces]
    assert sum(sizes) == 300_000
    assert len(sizes) >= 3
