from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import charsets
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


TWICE = "Réunion des élèves : l’école".encode().decode("cp1252")


def test_text_encoded_twice_is_mended() -> None:
    assert charsets.read(TWICE.encode(), "utf-8") == "Réunion des élèves : l’école"


@pytest.mark.parametrize(
    "text",
    ["Réunion, dit «Ã©» et «Ã¨»", "un seul Ã©", "SÃO PAULO", "Â«", "école", "abc"],
)
def test_text_that_may_be_right_is_left(text: str) -> None:
    assert charsets.read(text.encode(), "utf-8") == text


def test_a_reader_may_have_it_mended() -> None:
    text = "Réunion, dit «Ã©»".encode()
    assert charsets.read(text, "utf-8", "double") == "Réunion, dit «é»"


def test_the_choice_of_a_reader_counts() -> None:
    assert charsets.read("Привет".encode("koi8-r"), "utf-8", "koi8-r") == "Привет"
    assert charsets.read("é".encode(), "utf-8", "windows-1252") == "Ã©"


@pytest.mark.parametrize("chosen", charsets.CHOICES)
def test_any_octets_have_a_text(chosen: str) -> None:
    assert isinstance(charsets.read(bytes(range(256)), "", chosen), str)


@given(st.text(alphabet="Ãâ€™©Â«éà ", max_size=40))
def test_mending_never_fails_and_ends(text: str) -> None:
    assert isinstance(charsets.mended(text), str)
