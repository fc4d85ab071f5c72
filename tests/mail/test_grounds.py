"""Messages that are dark by themselves."""

from __future__ import annotations

import pytest

from mail import grounds


@pytest.mark.parametrize(
    "html",
    [
        '<table bgcolor="#101010"><td>x',
        '<div style="background:#000;color:#fff">x',
        '<div style="background-color: rgb(10, 10, 20)">x',
        '<td bgcolor="black">x',
    ],
)
def test_a_dark_ground(html: str) -> None:
    assert grounds.is_dark(html)


@pytest.mark.parametrize(
    "html",
    [
        "<p>x",
        '<table bgcolor="#eef1f4">x',
        '<table bgcolor="#000"><td bgcolor="#ffffff">x',
        '<div style="background:rgb(999,1,1)">x',
        '<div style="background:#12">x',
    ],
)
def test_no_dark_ground(html: str) -> None:
    assert not grounds.is_dark(html)
