from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pytest_django.fixtures import Settings

from convergence.errors import NotFound
from mail import imaging

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def picture(
    kind: str = "PNG", size: tuple[int, int] = (4, 3), **options: object
) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", size, "red").save(output, kind, **options)
    return output.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A PNG of some octets that says it is large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    check = struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + check


@pytest.mark.parametrize(
    ("kind", "kept"),
    [("PNG", "png"), ("JPEG", "jpeg"), ("GIF", "gif"), ("WEBP", "png")],
)
def test_a_picture_is_made_anew(kind: str, kept: str) -> None:
    made = imaging.remade(picture(kind) + b"<script>alert(1)</script>")
    assert made.type == f"image/{kept}"
    assert b"script" not in made.data
    assert Image.open(io.BytesIO(made.data)).size == (4, 3)


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"<html>", SVG, b"%PDF-1.4", b"BM" * 40]
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NotFound):
        imaging.remade(data)
    assert not imaging.is_small(data)


@pytest.mark.parametrize(
    "size", [(30_000, 30_000), (2_147_483_647, 1), (20_000, 2_000)]
)
def test_a_claim_of_many_pixels_is_refused_unread(size: tuple[int, int]) -> None:
    with pytest.raises(NotFound):
        imaging.remade(claiming(*size))
    assert not imaging.is_small(claiming(*size))


def test_a_wide_picture_becomes_narrower() -> None:
    made = imaging.remade(picture(size=(4_800, 100)))
    assert Image.open(io.BytesIO(made.data)).size == (2_400, 50)


def test_a_long_animation_keeps_its_first_frame() -> None:
    frames = [Image.new("RGB", (2, 2), (n, 0, 0)) for n in range(150)]
    output = io.BytesIO()
    frames[0].save(output, "GIF", save_all=True, append_images=frames[1:])
    made = Image.open(io.BytesIO(imaging.remade(output.getvalue()).data))
    assert getattr(made, "n_frames", 1) == 1


@given(st.data())
def test_damaged_pictures_are_refused_or_shown(data: st.DataObject) -> None:
    whole = bytearray(
        picture(data.draw(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"])))
    )
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=8)):
        whole[at] = data.draw(st.integers(0, 255))
    imaging.is_small(bytes(whole))
    try:
        imaging.remade(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    except NotFound:
        return


def test_an_address_of_the_proxy_leads_back() -> None:
    signed = imaging.proxied("https://a.test/x.png?é")
    assert signed is not None
    assert imaging.original(signed.removeprefix("/images/")) == "https://a.test/x.png?é"


@pytest.mark.parametrize("signed", ["", "x", "https://a.test/x", "a:b:c", "é"])
def test_an_address_that_is_not_ours_leads_nowhere(signed: str) -> None:
    assert imaging.original(signed) is None


def test_the_proxy_can_be_switched_off(settings: Settings) -> None:
    settings.IMAGE_PROXY_ENABLED = False
    assert imaging.proxied("https://a.test/x.png") is None


def test_consent_is_for_one_person_and_one_message() -> None:
    given_consent = imaging.consent(1, "a@b.test", "INBOX", 7)
    others = {
        imaging.consent(2, "a@b.test", "INBOX", 7),
        imaging.consent(1, "c@b.test", "INBOX", 7),
        imaging.consent(1, "a@b.test", "Sent", 7),
        imaging.consent(1, "a@b.test", "INBOX", 8),
    }
    assert len(others | {given_consent}) == 5
