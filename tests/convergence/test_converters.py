from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convergence.converters import FolderConverter, PartConverter, UidConverter

_names = st.text(
    st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc")), max_size=60
)


@given(_names)
def test_a_folder_name_survives_its_url(name: str) -> None:
    assume(name.lower() != "inbox")
    segment = FolderConverter().to_url(name)
    assert "/" not in segment
    assert FolderConverter().to_python(segment) == name


@pytest.mark.parametrize("name", ["a\r\nb", "a\x00", "x" * 1001])
def test_it_refuses_a_folder_name_that_could_reach_the_wire(name: str) -> None:
    with pytest.raises(ValueError, match="control"):
        FolderConverter().to_python(name)


def test_a_uid_has_at_most_32_bits() -> None:
    assert UidConverter().to_python("4294967295") == 4294967295
    with pytest.raises(ValueError, match="32"):
        UidConverter().to_python("4294967296")


def test_a_part_number_is_dotted_digits() -> None:
    import re

    assert re.fullmatch(PartConverter.regex, "1.2.10")
    assert not re.fullmatch(PartConverter.regex, "1.0")
    assert not re.fullmatch(PartConverter.regex, "1.MIME")


@pytest.mark.parametrize("name", ["inbox", "Inbox", "INBOX"])
def test_the_inbox_has_one_name(name: str) -> None:
    assert FolderConverter().to_python(name) == "INBOX"
