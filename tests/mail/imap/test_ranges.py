"""Numbers that stand alone are read at once, and read as all others."""

from __future__ import annotations

import pytest

from mail.imap.parse import ranges, searched


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"7", [(7, 7)]),
        (b"2,14,26", [(2, 2), (14, 14), (26, 26)]),
        (b"2,14:15,26", [(2, 2), (14, 15), (26, 26)]),
        (b"0,4294967295", [(4294967295, 4294967295)]),
        (b"0,5", [(5, 5)]),
        (b"2,,3", [(2, 2), (3, 3)]),
        (b"", []),
    ],
)
def test_it_reads(raw: bytes, found: list[tuple[int, int]]) -> None:
    assert ranges(raw) == found


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([b"* SEARCH"], []),
        ([b"* SEARCH 9 2 (MODSEQ 917162500)"], [(2, 2), (9, 9)]),
        ([b"* search 3", b"* 4 EXISTS", b"* SEARCH 1"], [(1, 1), (3, 3)]),
        ([b'* ESEARCH (TAG "a") UID ALL 8:9,2'], [(2, 2), (8, 9)]),
        ([b'* ESEARCH (TAG "a") UID'], []),
    ],
)
def test_what_a_search_told(lines: list[bytes], found: list[tuple[int, int]]) -> None:
    assert searched(lines) == found
