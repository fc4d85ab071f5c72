from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.charsets import codec_of, decode

FRENCH = "Réunion du conseil d’école déplacée à 18 h, œuvres complètes : 12 €"


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        ('"us-ascii"', "cp1252"),
        ("iso-8859-15", "iso8859-15"),
        ("macintosh", "mac-roman"),
        ("x-unknown", ""),
        ("unknown-8bit", ""),
        ("zlib", ""),
        ("idna", ""),
        ("punycode", ""),
        ("unicode_escape", ""),
        ("rot13", ""),
        ("utf-8\r\nX: y", ""),
    ],
)
def test_only_real_character_sets_are_taken(name: str, codec: str) -> None:
    assert codec_of(name) == codec


@pytest.mark.parametrize("declared", ["", "utf-8", "iso-8859-1", "us-ascii", "x-y"])
@pytest.mark.parametrize("real", ["utf-8", "cp1252"])
def test_a_wrong_declaration_does_not_matter(declared: str, real: str) -> None:
    assert decode(FRENCH.encode(real), declared) == FRENCH


@pytest.mark.parametrize("real", ["iso-8859-15", "utf-16", "utf-7", "gb18030"])
def test_a_right_declaration_is_followed(real: str) -> None:
    text = FRENCH.replace("’", "'").replace("œ", "oe")
    assert decode(text.encode(real), real) == text


def test_utf8_that_says_latin_nine_is_utf8() -> None:
    assert decode("été".encode(), "iso-8859-15") == "été"


def test_the_end_of_a_short_latin_text_is_kept() -> None:
    assert decode("Santé".encode("latin-1"), "utf-8") == "Santé"


def test_a_text_cut_in_the_middle_of_a_character_stays_utf8() -> None:
    cut = ("a" + "é" * 40_000).encode()[:-1]
    assert decode(cut, "utf-8").startswith("aéé")
    assert "Ã" not in decode(cut, "utf-8")


def test_a_broken_character_does_not_spoil_a_utf8_text() -> None:
    data = ("é" * 30).encode() + b"\xe9" + ("à" * 30).encode()
    assert decode(data, "utf-8") == "é" * 30 + "\ufffd" + "à" * 30


def test_halves_of_characters_cannot_reach_an_answer() -> None:
    decode(b"+2AA-x", "utf-7").encode()


@given(st.binary(max_size=300), st.sampled_from(["", "utf-7", "utf-16", "big5", "x"]))
def test_it_never_raises(data: bytes, declared: str) -> None:
    text = decode(data, declared)
    assert "\0" not in text
    text.encode()
