"""Mail of lists, and how to leave them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import headers, lists
from mail.lists import Letter, MailingList
from mail.messages import Header

OURS = "mx.ac-poitiers.test"
HOME = "ac-poitiers.test"
SIGNED = (
    f"Authentication-Results: {OURS}; dkim=pass header.d=news.test",
    "DKIM-Signature: d=news.test; h=list-unsubscribe : list-unsubscribe-post; b=x",
)
ONE_CLICK = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"


def header(*fields: str) -> Header:
    return headers.parse("\r\n".join([*fields, "", ""]).encode())


def found(*fields: str) -> MailingList:
    mailing = lists.of(header(*fields), OURS, HOME)
    assert mailing is not None
    return mailing


def test_ordinary_mail_is_of_no_list() -> None:
    assert lists.of(header("Subject: x"), OURS, HOME) is None


def test_the_name_of_a_list() -> None:
    assert found("List-Id: Les nouvelles <news.test>").name == "Les nouvelles"
    assert found("List-Id: <news.test>").name == "news.test"


def test_one_click_needs_a_good_signature_over_both_fields() -> None:
    url = "List-Unsubscribe: <https://news.test/u?a=1>, <mailto:off@news.test>"
    assert found(url, ONE_CLICK, *SIGNED).one_click == "https://news.test/u?a=1"
    assert found(url, ONE_CLICK, SIGNED[0]).one_click == ""
    assert found(url, ONE_CLICK, SIGNED[1]).one_click == ""
    assert found(url, *SIGNED).one_click == ""
    assert found(url, ONE_CLICK).page == "https://news.test/u?a=1"


@pytest.mark.parametrize(
    "url",
    ["http://news.test/", "javascript:alert(1)", "https://", "https://[", "ftp://x"],
)
def test_only_https_pages(url: str) -> None:
    mailing = found(f"List-Unsubscribe: <{url}>", ONE_CLICK, *SIGNED)
    assert (mailing.page, mailing.one_click) == ("", "")


def test_the_letter_that_leaves_a_list() -> None:
    url = "mailto:sympa@lists.test?subject=unsubscribe%20a%0D%0ABcc:x"
    mailing = found(f"List-Unsubscribe: <{url}>")
    assert mailing.letter == Letter("sympa@lists.test", "unsubscribe a Bcc:x")


def test_no_text_of_a_sender_goes_out_in_the_name_of_the_reader() -> None:
    url = "mailto:off@lists.test?subject=stop&body=J'approuve"
    assert found(f"List-Unsubscribe: <{url}>").letter == Letter(
        "off@lists.test", "stop"
    )


def test_no_letter_goes_to_a_colleague() -> None:
    letters = "<mailto:Principal@AC-Poitiers.test?subject=x>, <https://news.test/u>"
    mailing = found(f"List-Unsubscribe: {letters}")
    assert (mailing.letter, mailing.page) == (None, "https://news.test/u")
    robot = found("List-Unsubscribe: <mailto:sympa@listes.ac-poitiers.test>")
    assert robot.letter == Letter("sympa@listes.ac-poitiers.test")


@pytest.mark.parametrize("url", ["mailto:", "mailto:a", "mailto:a@b.test,c@d.test"])
def test_a_letter_goes_to_one_address(url: str) -> None:
    assert found(f"List-Unsubscribe: <{url}>").letter is None


@pytest.mark.parametrize(
    "field",
    ["Precedence: bulk", "Auto-Submitted: auto-generated", "List-Id: <a.test>"],
)
def test_mail_to_many(field: str) -> None:
    assert lists.is_sent_to_many(header(field))
    assert not lists.is_sent_to_many(header("Auto-Submitted: no"))


@given(st.text(max_size=300))
def test_any_field_is_read_without_an_error(value: str) -> None:
    fields = header(f"List-Unsubscribe: <{value}>", f"List-Id: {value}")
    lists.of(fields, OURS, HOME)
