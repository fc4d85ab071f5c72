from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import plaintext

FLOWED = "Un paragraphe \nqui continue.\n> cité \n> aussi\n-- \nJean\n"


def test_markup_is_shown_and_not_done() -> None:
    html = plaintext.render("<script>alert(1)</script> & <b>").html
    assert html == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;\n"


def test_flowed_lines_are_joined_within_their_quote() -> None:
    html = plaintext.render(FLOWED, flowed=True).html
    assert html.startswith("Un paragraphe qui continue.\n")
    assert "<blockquote>cité aussi\n</blockquote>-- \nJean" in html


def test_delsp_joins_without_the_space() -> None:
    assert plaintext.render("a \nb", flowed=True, delsp=True).html == "ab\n"


@pytest.mark.parametrize("line", [">>deux", "> >deux", "> > deux"])
def test_quotation_marks_make_levels(line: str) -> None:
    html = plaintext.render(f"un\n{line}\nun").html
    assert html == "un\n<blockquote><blockquote>deux\n</blockquote></blockquote>un\n"


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("voir https://a.fr/x?a=1&b=2.", "https://a.fr/x?a=1&amp;b=2"),
        ("(http://a.fr/b)", "http://a.fr/b"),
        ("www.education.gouv.fr, là", "http://www.education.gouv.fr"),
        ("<https://a.fr/é>", "https://a.fr/é"),
        ("a.b@ac-poitiers.test", "mailto:a.b@ac-poitiers.test"),
    ],
)
def test_links_are_made(text: str, target: str) -> None:
    html = plaintext.render(text).html
    assert re.findall('href="([^"]*)"', html) == [target]
    assert 'rel="noopener noreferrer nofollow" target="_blank"' in html


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)//www", "data:text/html,x@y", "readme.md", "ftp://a.fr"],
)
def test_other_schemes_are_text(text: str) -> None:
    assert "<a" not in plaintext.render(text).html


def test_what_turns_the_text_around_is_dropped() -> None:
    assert plaintext.render("a\u202eb\x1b[c\x00").html == "ab[c\n"


HOSTILE = {
    "marks": ">" * 524_288,
    "flowed": ("x" * 24 + " \n") * 20_000,
    "levels": (">" * 10 + "a\nb\n") * 10_000,
    "brackets": "(" * 60_000 + "http://a.test" + ")" * 60_000,
    "short brackets": ("(" * 49 + "http://a.test/" + ")" * 1_800 + "\n") * 30,
    "references": "http://a.test/" + "&;" * 100_000,
    "addresses": ("a@" * 900 + "\n") * 40,
    "long": "a" * 3_000_000,
    "lines": "\n" * 500_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_shown_quickly(name: str) -> None:
    begin = time.thread_time()
    shown = plaintext.render(HOSTILE[name], flowed=True)
    assert time.thread_time() - begin < 3
    assert len(shown.html) < 2_000_000
    assert shown.truncated == (name in {"long", "lines"})


@given(st.text("<>\"'&/:.@ \nahtpw>()", max_size=120), st.booleans())
def test_only_links_and_quotes_are_markup(text: str, flowed: bool) -> None:
    html = plaintext.render(text, flowed=flowed).html
    tags = re.findall("<[^>]*>?", html)
    own = re.compile(
        r'</?blockquote>|</a>|<a href="(?:https?://|mailto:)[^"<>]*" '
        r'rel="noopener noreferrer nofollow" target="_blank">'
    )
    assert all(own.fullmatch(tag) for tag in tags)
