"""Which bytes a browser asks for."""

from __future__ import annotations

import pytest

from mail import ranges


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-", 0, 99),
        (" bytes=10-19 ", 10, 19),
        ("bytes=90-999", 90, 99),
        ("bytes=-4", 96, 99),
        ("bytes=-999", 0, 99),
    ],
)
def test_a_range_is_within_the_content(header: str, first: int, last: int) -> None:
    asked = ranges.asked(header, 100)
    assert asked
    assert str(asked) == f"bytes {first}-{last}/100"
    assert asked[:2] == (first, last)


@pytest.mark.parametrize(
    "header", ["", "bytes=-", "lines=1-2", "bytes=1-2,4-5", "bytes=x-", "bytes=1"]
)
def test_what_is_no_range_means_all(header: str) -> None:
    assert ranges.asked(header, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=5-2", "bytes=-0"])
def test_a_range_without_bytes(header: str) -> None:
    asked = ranges.asked(header, 100)
    assert asked is not None
    assert not asked
    assert str(asked) == "bytes */100"
