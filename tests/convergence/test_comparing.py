"""Texts that people take for the same are the same."""

from __future__ import annotations

import pytest

from convergence.comparing import folded


@pytest.mark.parametrize(
    ("one", "other"),
    [("Écoles", "ecoles"), ("STRASSE", "straße"), ("ﬁche", "fiche"), ("Άρης", "ΑΡΗΣ")],
)
def test_case_and_accents_do_not_count(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_letters_that_ascii_has_not_stay() -> None:
    assert folded("Œuvre Ωmega") == "œuvre ωmega"
