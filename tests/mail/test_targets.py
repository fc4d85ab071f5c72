"""Links that name another host than they lead to."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import safehtml, targets


def told(href: str, text: str) -> str:
    html = safehtml.clean(
        f'<p><a href="{href}">{text}</a>', cid=lambda _: None, remote=lambda _: None
    ).html
    _link, _end, after = html.partition("</a>")
    return after.removesuffix("</p>").strip()


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://intranet.ac-poitiers.fr/factures", "evil.test"),
        ("www.ac-poitiers.fr", "evil.test"),
        ("ac-poitiers.fr", "ac-poitiers.fr.evil.test"),
        ("https://<b>ac-poitiers</b>.fr/", "evil.test"),
        ("https://impots.gouv.fr", "autre.gouv.fr"),
        ("https://ac-poitiers.fr@evil.test/", "other.test"),
    ],
)
def test_the_real_host_follows(text: str, host: str) -> None:
    expected = f'<span class="real-target">(→ {host})</span>'
    assert told(f"https://{host}/x", text) == expected


@pytest.mark.parametrize(
    ("href", "text"),
    [
        ("https://www.school.test/a", "school.test"),
        ("https://school.test/a", "https://www.school.test/a?b"),
        ("https://evil.test/", "Cliquez ici"),
        ("https://evil.test/", "M. Roy"),
        ("https://evil.test/", "voir school.test"),
        ("mailto:a@b.test", "school.test"),
    ],
)
def test_an_honest_link_stays_as_it_is(href: str, text: str) -> None:
    assert told(href, text) == ""


@pytest.mark.parametrize("host", ["xn--80ak6aa92e.com", "аррӏе.com"])
def test_a_name_in_another_alphabet_is_shown_in_both_ways(host: str) -> None:
    shown = told(f"https://{host}/", "www.apple.com")
    assert "(→ xn--80ak6aa92e.com · аррӏе.com)" in shown


def test_a_host_that_cannot_be_shown_is_named_by_its_octets() -> None:
    link = '<a href="https://xn--a-8sb6873n.com/">www.apple.com</a>'
    shown = targets.told(link)
    assert "(→ xn--a-8sb6873n.com)" in shown
    assert shown.encode()


def test_a_message_cannot_write_the_mark() -> None:
    html = '<span class="real-target">(→ ac-poitiers.fr)</span>'
    cleaned = safehtml.clean(html, cid=lambda _: None, remote=lambda _: None).html
    assert "real-target" not in cleaned


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://a.test">' * 20_000,
        '<a href="https://a.test">' + "x.a" * 60_000,
    ],
)
def test_it_takes_time_in_proportion(html: str) -> None:
    begin = time.thread_time()
    targets.told(html)
    assert time.thread_time() - begin < 1


@given(st.text(alphabet='<a href="https://b.t">/', max_size=200))
def test_any_text_passes(html: str) -> None:
    assert isinstance(targets.told(html), str)
