"""mailto: links (RFC 6068)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import mailto


@pytest.mark.parametrize(
    ("link", "fields"),
    [
        ("mailto:a@b.test", {"to": "a@b.test"}),
        (
            "MAILTO:a@b.test,c@d.test?to=e@f.test",
            {"to": "a@b.test, c@d.test, e@f.test"},
        ),
        ("mailto:?cc=a@b.test&bcc=c@d.test", {"cc": "a@b.test", "bcc": "c@d.test"}),
        ("mailto:a+b@c.test?subject=1%2B1+2", {"to": "a+b@c.test", "subject": "1+1+2"}),
        ("mailto:%22a%2Cb%22@c.test", {"to": '"a,b"@c.test'}),
        ("mailto:?body=a%0D%0Ab%0Ac", {"text": "a\nb\nc"}),
        ("mailto:?SUBJECT=%C3%89t%C3%A9&subject=x#y", {"subject": "Été"}),
    ],
)
def test_a_link_says_what_to_write(link: str, fields: dict[str, str]) -> None:
    assert mailto.fields(link) == fields


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "mailto:a%0D%0ABcc:x@y.test",
        "mailto:?subject=a%0D%0AX:y",
        "mailto:?subject=%E2%80%AEgpj.exe",
        "mailto:?from=x@y.test&attach=/etc/passwd&in-reply-to=<1@x>&x-a=b",
        "mailto:" + "a" * 9_000,
        "",
    ],
)
def test_what_would_be_unsafe_is_ignored(link: str) -> None:
    assert mailto.fields(link) == {}


@given(st.text(max_size=200))
def test_no_link_brings_a_line_into_a_header(rest: str) -> None:
    found = mailto.fields(f"mailto:{rest}")
    found.pop("text", None)
    assert all(value.isprintable() for value in found.values())
