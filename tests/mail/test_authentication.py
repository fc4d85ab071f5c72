"""What our server says of a sender: only its own word counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import authentication, headers

OURS = "mx.ac-poitiers.test"


def verdict(*fields: str, sender: str = "a@school.test") -> str:
    lines = [f"Authentication-Results: {field}" for field in fields]
    block = "\r\n".join([*lines, f"From: {sender}", "", ""])
    return authentication.verdict(headers.parse(block.encode()), OURS)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (f"{OURS}; dmarc=pass header.from=school.test", "passed"),
        (f"{OURS}; dmarc=fail; dkim=pass header.d=school.test", "failed"),
        (f"{OURS}; spf=pass smtp.mailfrom=x@school.test", "passed"),
        (f"{OURS}; spf=pass smtp.mailfrom=x@bounces.school.test", "passed"),
        (f"{OURS}; spf=pass smtp.mailfrom=x@elsewhere.test", "unknown"),
        (f"{OURS}; spf=pass smtp.mailfrom=test", "unknown"),
        (f"{OURS}; dkim=pass header.i=@school.test", "passed"),
        (f"{OURS}; dkim=fail (dmarc=pass) header.d=school.test", "failed"),
        (f"{OURS}; spf=softfail smtp.mailfrom=school.test", "unknown"),
        (
            f'{OURS}; spf=pass smtp.mailfrom="x; dmarc=pass y"@e.test; dmarc=fail',
            "failed",
        ),
        (f'{OURS}; spf=pass smtp.helo="\\"; dmarc=pass "; dmarc=fail', "failed"),
        (f"{OURS}; spf=none (a (b (c) ; dmarc=pass) d) e; dmarc=fail", "failed"),
        (f'{OURS}; spf=none (helo="x); dmarc=fail (")', "failed"),
        (f'{OURS}; spf=pass smtp.mailfrom="x"@school.test', "passed"),
        (f'{OURS}; spf=pass smtp.mailfrom="a@school.test;"@e.test', "unknown"),
        (f"{OURS} 1; none", "unknown"),
        (f"{OURS}", "unknown"),
        ("mx.attacker.test; dmarc=pass", "unknown"),
        ("dmarc=pass action=none", "unknown"),
        ("", "unknown"),
        (f"{OURS}; dmarc=none; spf=fail smtp.mailfrom=school.test", "failed"),
    ],
)
def test_the_verdict(field: str, expected: str) -> None:
    assert verdict(field) == expected


def test_the_topmost_field_of_our_server_counts() -> None:
    assert verdict(f"{OURS}; dmarc=fail", f"{OURS}; dmarc=pass") == "failed"
    assert verdict("other.test; dmarc=pass", f"{OURS}; dmarc=fail") == "failed"


def test_without_a_server_to_trust_nothing_is_believed() -> None:
    parsed = headers.parse(
        b"Authentication-Results: ; dmarc=pass\r\nFrom: a@b.test\r\n"
    )
    assert authentication.verdict(parsed, "") == "unknown"


def test_a_signature_must_cover_the_fields_and_be_good() -> None:
    block = (
        f"Authentication-Results: {OURS}; dkim=pass header.d=news.test\r\n"
        "DKIM-Signature: v=1; d=news.test; h=From:List-Unsubscribe:\r\n"
        " List-Unsubscribe-Post; b=x\r\n"
        "DKIM-Signature: v=1; d=other.test; h=Subject; b=x\r\n\r\n"
    )
    parsed = headers.parse(block.encode())
    both = ("list-unsubscribe", "list-unsubscribe-post")
    assert authentication.signs(parsed, OURS, *both)
    assert not authentication.signs(parsed, OURS, "subject")
    assert not authentication.signs(parsed, "mx.else.test", *both)


@given(st.text(max_size=300))
def test_any_field_is_read_without_an_error(field: str) -> None:
    assert verdict(f"{OURS}; {field}") in {"passed", "failed", "unknown"}
