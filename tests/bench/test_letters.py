"""The messages of the benchmark."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from bench import letters


@pytest.mark.parametrize("number", [0, 1, 999])
def test_a_text_has_three_kilobytes(number: int) -> None:
    assert 2_500 < len(letters.text(number)) < 3_500


def test_a_newsletter_has_two_hundred_kilobytes() -> None:
    assert 190_000 < len(letters.newsletter(3)) < 210_000


def test_they_are_messages_and_always_the_same() -> None:
    message = message_from_bytes(letters.text(1), policy=policy.default)
    assert message["subject"] == "Bulletin du premier trimestre (1)"
    assert not message.defects
    assert letters.text(1) == letters.text(1)
    assert letters.text(1) != letters.text(2)


def test_one_message_in_twelve_is_found_by_the_search() -> None:
    found = [n for n in range(1_200) if "Bulletin" in letters.SUBJECTS[n % 12]]
    assert len(found) == 100
