"""The check letter of school codes."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.admin.checks import check_uai


@pytest.mark.parametrize(
    "code",
    [
        "0869001S",
        "0869002T",
        "0869003U",
        "0869010B",
        "0169001X",
        "0179001S",
        "0799001E",
    ],
)
def test_it_accepts_the_right_letter(code: str) -> None:
    check_uai(code)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("0860000X", "0860000 donne H"),
        ("0869001T", "0869001 donne S"),
        ("0869001s", "lettre capitale"),
        ("0869001", "sept chiffres"),
        ("0869001S\n", "sept chiffres"),
        ("٠٨٦٩٠٠١S", "sept chiffres"),
    ],
)
def test_it_refuses_a_wrong_code_with_a_sentence(code: str, told: str) -> None:
    with pytest.raises(ValidationError) as caught:
        check_uai(code)
    assert told in caught.value.messages[0]
