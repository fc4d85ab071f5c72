"""What the guard refuses, each in little time; what it lets through."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from mail import bounds

FONTS = "".join(f"<font color={n}>" for n in range(900))
FAKE = '="<p>"'
ENDS = "</font>" * 900
BLOCKS = "<p>x" * 2_000
SHARED = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "html"


def many(count: int, value: str = "") -> str:
    return " ".join(f"a{n}{value}" for n in range(count))


REFUSED = {
    "size": "a" * (bounds.SIZE_MAX + 1),
    "tags": "<b>x</b>" * (bounds.TAGS_MAX + 1),
    "references": "&" * 2_000_000,
    "depth": "<div>" * 20_000,
    "depth with foreign ends": "<div></x>" * 20_000,
    "depth with hidden ends": "<div><!--</div>-->" * 2_000,
    "depth of tables": "<table><tr><td>" * 400,
    "attributes": f"<p {many(300_000)}>",
    "attributes with tags in them": f"<p {many(20_000, FAKE)}>",
    "slashes": ("<a" + "/" * 60) * 20_000,
    "open formatting": FONTS + BLOCKS,
    "ends in a comment": f"{FONTS}<!--{ENDS}-->{BLOCKS}",
    "ends in an attribute": f'{FONTS}<p a="{ENDS}">{BLOCKS}',
    "ends in a style sheet": f'{FONTS}<style a="</style>">{ENDS}</style>{BLOCKS}',
    "ends in a cell": f"{FONTS}<table><tr><td>{ENDS}</table>{BLOCKS}",
    "ends in a table in a cell": f"{FONTS}<table><td><table></td>{ENDS}{BLOCKS}",
    "cells without a table": "<td><font></td>" * 900 + BLOCKS,
    "ends in an object": f"{FONTS}<object>{ENDS}</object>{BLOCKS}",
    "ends in a drawing": f"{FONTS}<svg><![CDATA[>{ENDS}]]></svg>{BLOCKS}",
    "ends in a list": f"{FONTS}<select>{ENDS}</select>{BLOCKS}",
    "ends in a script": f"{FONTS}<script><!--<script></script>{ENDS}{BLOCKS}",
    "forms whose end means nothing": "<form><object><form></form></object>" * 1_500
    + "</form>" * 1_500,
    "forms that stay open": f"<form>{'<object><form></form></object><form></form>' * 5}"
    f"</form>" * 1_200,
    "no sheet but a letter like it": f"{FONTS}<ſtyle>{BLOCKS}",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_overwhelms_a_parser_is_refused(name: str) -> None:
    begin = time.thread_time()
    assert bounds.measured(REFUSED[name]) is None
    assert time.thread_time() - begin < 3


QUICK = {
    "less than": "<" * 100_000,
    "comments": "<!--" * 100_000,
    "quotes": "<a '" * 5_000 + '"' * 1_000_000,
    "raw text": "<title>" * 20_000,
    "spaces": "<a" + " " * 2_000_000,
    "equals": "<a " + "=" * 2_000_000,
}


@pytest.mark.parametrize("name", QUICK)
def test_it_takes_little_time_itself(name: str) -> None:
    begin = time.thread_time()
    bounds.measured(QUICK[name])
    assert time.thread_time() - begin < 3


def test_an_ordinary_letter_passes_with_its_extent() -> None:
    row = "<tr><td><font face=a><a href=x><b>Titre</b></a></font><p>Texte</td></tr>"
    html = f"<style>p {{ margin: 0 }}</style><table>{row * 500}</table>"
    found = bounds.measured(html)
    assert found is not None
    assert (found.tags, found.depth) == (3_002, 9)


def test_sloppy_letters_pass() -> None:
    sloppy = "<p><font size=2>a<td><br><b>x<li>y" * 100
    assert bounds.measured(sloppy) is not None


@pytest.mark.corpora
def test_real_newsletters_pass() -> None:
    pages = sorted(SHARED.rglob("*.html"))
    refused = [
        p.name for p in pages if not bounds.measured(p.read_text("utf-8", "replace"))
    ]
    assert pages
    assert refused == []


def nodes(html: str) -> int:
    node, count = LexborHTMLParser(html).root, 0
    while node is not None:
        count += 1
        if node.first_child is not None:
            node = node.first_child
            continue
        while node is not None and node.next is None:
            node = node.parent
        node = node.next if node is not None else None
    return count


NAMES = (
    "font b a p div table tr td th caption object select svg style title script li "
    "template math tbody button frameset noscript iframe textarea"
).split()
PIECES = st.one_of(
    st.sampled_from([f"<{n}>" for n in NAMES]),
    st.sampled_from([f"</{n}>" for n in NAMES]),
    st.sampled_from(["x", "<!--</font>-->", "<p a='</b>'>", "<![CDATA[>", "<!--"]),
)


@given(st.lists(PIECES, max_size=60))
def test_no_document_opens_more_again_than_counted(pieces: list[str]) -> None:
    html = "".join(
        f"{p[:-1]} q{n}>" if p[-1] == ">" else p for n, p in enumerate(pieces)
    )
    more = nodes(html + "<p>x" * 30) - nodes(html + "<p>x" * 10)
    assert more / 20 - 2 <= bounds.most_open(html)


NESTED = (
    "a b nobr font div p li ul dd h1 table tr td th tbody caption col colgroup button "
    "body html section option ruby rt"
).split()


def _element(content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from(NESTED)
    return st.builds(
        lambda name, inner: f"<{name} q>x{''.join(inner)}y</{name}>",
        names,
        st.lists(content, max_size=3),
    )


@given(st.recursive(st.sampled_from(["", "<br>", "<img>"]), _element, max_leaves=12))
def test_tags_that_end_in_their_place_are_not_much_deeper_parsed(html: str) -> None:
    """However often they are repeated: nothing stays open behind them."""
    for text in (html * 30, f"<table>{html * 30}</table>"):
        extent = bounds.measured(text)
        assert extent is not None
        assert bounds.depth(text) <= 4 * extent.depth + 4
