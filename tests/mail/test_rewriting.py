"""The last pass over what nh3 has written."""

from __future__ import annotations

import re

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import rewriting
from mail.rewriting import Rewriter

NASTY = st.text(alphabet="<>\"'&= /abcsrhefty:;(\\@\n", max_size=40)


def rewritten(html: str) -> str:
    return Rewriter(lambda name: "/courrier/x", lambda url: None).rewritten(html)


def sanitised(html: str) -> str:
    return nh3.clean(
        html,
        tags={"a", "img", "p", "b"},
        attributes={"*": {"style", "title", "alt"}, "img": {"src"}, "a": {"href"}},
        url_schemes={"http", "https", "data", "cid"},
    )


@pytest.mark.parametrize(
    ("tag", "left"),
    [
        ('<img src="https://a.test/x.png" alt="x">', '<img alt="x">'),
        ('<img alt="x src=" title="y" src="cid:a">', '="y" src="/courrier/x">'),
        ('<img alt=" src=" src="http://a.test/">', '<img alt=" src=">'),
        ('<a href="data:text/html,x" title="y">x</a>', '<a title="y">x</a>'),
        ('<a href="https://a.test/" style="color:var(--x)">', '="https://a.test/">'),
        ('<p style="color:red;width:attr(x)">', '<p style="color:red">'),
        ('<p title="a(b">', '<p title="a(b">'),
    ],
)
def test_only_the_value_that_is_meant_changes(tag: str, left: str) -> None:
    assert rewritten(tag).endswith(left)


def test_text_that_looks_like_an_attribute_is_left_alone() -> None:
    text = '<p>écrivez src="https://a.test/" style="x:url(y)" &lt;img src="x"&gt;</p>'
    assert rewritten(text) == text


@given(NASTY, NASTY, NASTY)
def test_nothing_foreign_is_left_to_load(title: str, source: str, style: str) -> None:
    """Whatever the values, a second parse finds the same tags, without address."""
    pairs = [("title", title), ("src", f"http:{source}"), ("style", f"color:{style}")]
    tags = [f"<img {n}='{v}'><a {n}=\"{v}\">z</a><p>{v}</p>" for n, v in pairs]
    before = sanitised("".join(tags))
    after = rewritten(before)
    assert sanitised(after) == after
    assert after.count("<") == before.count("<")
    assert not re.search(r'<img[^>]* src="http', after)


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ('<IMG alt="x" SRC = "https://a.test/x">', True),
        ("<image src=http://a.test/x>", True),
        ('<img src="cid:x">', None),
        ('<img alt="a>b" src="https://a.test/x">', None),
        ('<p>img src="https://a.test/x"', False),
    ],
)
def test_a_glance_never_says_no_wrongly(html: str, told: bool | None) -> None:
    assert rewriting.asks_pictures(html) is told
