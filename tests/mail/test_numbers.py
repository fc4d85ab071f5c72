"""Sets of message numbers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import numbers


@given(st.sets(st.integers(1, 3000)))
def test_what_is_written_is_read_again(uids: set[int]) -> None:
    assert numbers.spelled(numbers.written(uids)) == tuple(sorted(uids))


def test_runs_are_joined() -> None:
    assert numbers.written([7, 1, 3, 2]) == "1:3,7"


@pytest.mark.parametrize("text", ["1:", "x", "1,,2", "1:4000000000", "*", "1:*"])
def test_what_is_no_set_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        numbers.spelled(text)
