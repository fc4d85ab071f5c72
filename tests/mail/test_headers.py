from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import headers
from mail.messages import Address


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?Q?=C3=89t=C3=A9?=", "Été"),
        (b"=?iso-8859-1?q?=C9t=E9?= 2026", "Été 2026"),
        (b"=?utf-8?Q?=C3?=\r\n =?utf-8?Q?=A9t=C3=A9?=", "été"),
        (b"=?utf-8*fr?B?w6k=?=", "é"),
        (b"=?utf-8?B?w6k?=", "é"),
        (b"=?utf-8?B?w6 k=!?=", "é"),
        (b"=?utf-8?Q?O=C3=B9 es-tu ??=", "Où es-tu ?"),
        ("Été brut".encode(), "Été brut"),
        ("Été brut".encode("latin-1"), "Été brut"),
        (b"=?x-inconnu?Q?=E9t=E9?=", "été"),
        (b"a\r\n\tb", "a b"),
        (b"=?utf-8?Q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        ("fac\u202egpj.exe\u200b".encode(), "facgpj.exe"),
        (b"=?utf-8?Q?", "=?utf-8?Q?"),
    ],
)
def test_a_value_is_decoded_to_one_clean_line(raw: bytes, text: str) -> None:
    assert headers.text(raw) == text


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ('"Roy, Paul" <a@b.fr>', [("Roy, Paul", "a@b.fr")]),
        ("a@b.fr (Paul (dit) Roy)", [("Paul  Roy", "a@b.fr")]),
        ("(note) a@b.fr", [("note", "a@b.fr")]),
        ("Équipe: a@b.fr, <c@d.fr>;, e@f.fr", ["a@b.fr", "c@d.fr", "e@f.fr"]),
        ("undisclosed-recipients:;", []),
        ("<>", []),
        ("", []),
        ("a @ b.fr; c@d.fr", ["a@b.fr", "c@d.fr"]),
        ('"Paul Roy <a@b.fr>', [("Paul Roy", "a@b.fr")]),
        ('"Paul Roy" a@b.fr', [("Paul Roy", "a@b.fr")]),
        ('"=?utf-8?B?w4k=?=" <a@b.fr>', [("É", "a@b.fr")]),
        ("=?utf-8?Q?Roy, Paul?= <a@b.fr>", [("Roy, Paul", "a@b.fr")]),
        ("Jean <a@b.fr> <c@d.fr>", [("Jean", "a@b.fr"), ("", "c@d.fr")]),
        ("<@relais.fr,@x.fr:a@b.fr>", ["a@b.fr"]),
        ("Service informatique", [("Service informatique", "")]),
        ('"a\\"b" <c@d.fr>', [('a"b', "c@d.fr")]),
    ],
)
def test_addresses_are_read_as_people_write_them(
    raw: str, found: list[tuple[str, str] | str]
) -> None:
    wanted = [("", f) if isinstance(f, str) else f for f in found]
    assert [(a.name, a.email) for a in headers.addresses(raw)] == wanted


def test_an_address_as_a_local_part_stays_quoted() -> None:
    [found] = headers.addresses('"recteur@ac-poitiers.fr"@attacker.test')
    assert found == Address("", '"recteur@ac-poitiers.fr"@attacker.test')


def test_the_first_valid_sender_counts_and_all_are_told() -> None:
    found = headers.parse(b"From: Recteur\r\nFrom: a@b.fr\r\nFrom: c@d.fr\r\n\r\n")
    assert found.sender.email == "a@b.fr"
    assert [a.email or a.name for a in found.senders] == ["Recteur", "a@b.fr", "c@d.fr"]


def test_another_sender_field_is_told() -> None:
    found = headers.parse(b"From: a@b.fr\r\nSender: x@attacker.test\r\n\r\n")
    assert found.sent_by.email == "x@attacker.test"
    same = headers.parse(b"From: a@b.fr\r\nSender: A@B.fr\r\n\r\n")
    assert same.sent_by == headers.NO_ADDRESS


@pytest.mark.parametrize(
    ("raw", "date"),
    [
        (b"Mon, 23 Nov 2026 08:05:00 +0100", datetime(2026, 11, 23, 7, 5, tzinfo=UTC)),
        (b"23 Nov 26 08:05 GMT", datetime(2026, 11, 23, 8, 5, tzinfo=UTC)),
        (b"Mon, 23 Nov 2026 08:05:00 +9900", datetime(2026, 11, 23, 8, 5, tzinfo=UTC)),
        (b"Thu, 31 Dec 9999 23:59:59 -0100", None),
        (b"Mon, 99 Foo 2026 99:99:99", None),
        (b"hier", None),
        (b"", None),
    ],
)
def test_a_date_is_right_or_none(raw: bytes, date: datetime | None) -> None:
    assert headers.date(raw) == date


def test_of_many_references_the_first_and_the_last_are_kept() -> None:
    raw = " ".join(f"<r{i}@x>" for i in range(20_000))
    found = headers.message_ids(raw)
    assert (found[0], found[-1], len(found)) == ("<r0@x>", "<r19999@x>", 200)


@pytest.mark.parametrize(
    ("pairs", "name"),
    [
        ([("filename*", b"UTF-8''%C3%A9t%C3%A9.pdf")], "été.pdf"),
        ([("filename*0*", b"iso-8859-1''%E9"), ("filename*1", b"t.pdf")], "ét.pdf"),
        ([("filename*1", b"b"), ("filename*0", b"a")], "ab"),
        ([("filename", b"=?utf-8?B?w6k=?=.pdf")], "é.pdf"),
        ([("filename", "été.pdf".encode())], "été.pdf"),
        ([("filename", "été.pdf".encode("latin-1"))], "été.pdf"),
        ([("filename", b"a"), ("filename*", b"b")], "b"),
        ([("filename*", b"x'y")], "x'y"),
    ],
)
def test_parameters_of_every_kind(pairs: list[tuple[str, bytes]], name: str) -> None:
    assert headers.parameters(pairs)["filename"] == name


@pytest.mark.parametrize(
    "block",
    [
        b"To: " + b", ".join(b"Nom <u%d@x.test>" % i for i in range(20_000)),
        b"X-A: b\r\n" * 50_000,
        b"Subject: =?utf-8?B?" + b"w6k=" * 262_144 + b"?=",
        b"From: " + b"(" * 200_000,
        b"From: " + b'"\\' * 200_000,
        b"From: " + b"<" * 200_000,
        b"To: a@b\r\n" * 30_000,
        b"To: a\r\n" + b" b@c,\r\n" * 30_000,
        b"Subject: " + b"=?a?b?" * 40_000,
    ],
)
def test_hostile_headers_are_read_quickly(block: bytes) -> None:
    begin = time.thread_time()
    headers.parse(block)
    assert time.thread_time() - begin < 3


@given(st.binary(max_size=400))
def test_any_header_block_is_read(block: bytes) -> None:
    headers.parse(b"From: " + block)
    headers.parse(block)


@given(st.text('"\\<>()@,;:=?bBqQ aé\n', max_size=80))
def test_any_address_list_is_read(raw: str) -> None:
    for found in headers.addresses(raw):
        assert "\n" not in found.name + found.email
