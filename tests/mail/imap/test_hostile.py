"""Messages made to hurt: an answer in time, and the others are still shown."""

from __future__ import annotations

import time

import pytest

from mail.imap.parse import (
    TOKENS_MAX,
    fetched,
    flag_lines,
    internal_date,
    ranges,
    slice_from_end,
    uid_ranges,
    values,
)
from mail.imap.store import ImapStore
from tests.mail.imap.conftest import letter
from tests.stack.boxes import Box


def nested(depth: int) -> bytes:
    head = b"Subject: profond\r\nFrom: a@b.test\r\nMIME-Version: 1.0\r\n"
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(depth)
    )
    return head + opening + b"Content-Type: text/plain\r\n\r\nfond\r\n"


def wide(parts: int) -> bytes:
    part = b'--b\r\nContent-Type: text/plain; name="x.txt"\r\n\r\nx\r\n'
    head = b"Subject: large\r\nFrom: a@b.test\r\nMIME-Version: 1.0\r\n"
    return head + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * parts


def recipients(count: int) -> str:
    return "To: " + ",\r\n ".join(f"p{n}@parents.test" for n in range(count)) + "\r\n"


LETTERS = {
    "nested parts": nested(1000),
    "many parts": wide(5000),
    "long subject": letter("s" * 1_000_000),
    "long encoded subject": letter("=?utf-8?q?" + "=C3=A9" * 150_000 + "?="),
    "many recipients": letter(more=recipients(20_000)),
    "many headers": letter(more="".join(f"X-{n}: y\r\n" for n in range(20_000))),
    "no header": b"\r\n\r\nx",
    "nothing": b"\r\n",
}


@pytest.mark.parametrize("name", LETTERS)
def test_it_is_listed_and_read_in_time(store: ImapStore, box: Box, name: str) -> None:
    box.deliver(letter("avant"))
    uid = box.deliver(LETTERS[name])
    begin = time.monotonic()
    first, second = store.page("INBOX", 1).rows
    message, _texts = store.read("INBOX", uid)
    assert time.monotonic() - begin < 5
    assert (first.uid, second.envelope.subject) == (uid, "avant")
    assert len(first.envelope.subject) <= 10_000
    assert len(first.envelope.to) <= 20
    with store.source("INBOX", uid) as (size, pieces):
        assert sum(map(len, pieces)) == size
    assert message.uid == uid


def test_a_page_full_of_them_is_shown_in_time(store: ImapStore, box: Box) -> None:
    for _number in range(10):
        box.deliver(LETTERS["many parts"])
    begin = time.monotonic()
    assert len(store.page("INBOX", 1).rows) == 10
    assert time.monotonic() - begin < 5


# --- Answers that no server should give ---------------------------------------------
@pytest.mark.parametrize(
    "line",
    [
        *(b"", b"* ", b"* FETCH", b"* x FETCH ()", b"* 1 FETCH NIL", b"* 1 FETCH"),
        *(b"* 1 FETCH (UID", b"* 1 FETCH (UID x FLAGS NIL)", b"* 1 FETCH ((((("),
        *(b"* 1 FETCH )))", b'* 1 FETCH ("', b"* 1 FETCH (FLAGS (NIL (x)))"),
        b"* %s FETCH (UID 1)" % (b"9" * 5000),
        b"* 1 FETCH (UID %s FLAGS ())" % (b"9" * 5000),
        b"* 1 FETCH (" + b"(" * 100_000,
        b"* 1 FETCH (X {99}\r\n",
    ],
)
def test_nonsense_is_passed_over(line: bytes) -> None:
    fetched(line)
    assert all(uid > 0 for _number, uid, _flags in flag_lines([line]))


def test_an_answer_without_end_is_cut() -> None:
    begin = time.thread_time()
    assert len(values(b"x " * 1_000_000)) <= TOKENS_MAX
    assert time.thread_time() - begin < 5


@pytest.mark.parametrize(
    "raw", [None, b"", b"32-Foo-2026 1:2:3 +0000", b"01-Jan-9999 23:59:59 -2359", []]
)
def test_a_date_that_is_none(raw: object) -> None:
    assert internal_date(raw).tzinfo is not None


def test_a_set_is_never_spelled_out_by_its_claim() -> None:
    found = ranges(b"1:4294967295")
    assert slice_from_end(found, 0, 3) == [4294967295, 4294967294, 4294967293]
    assert uid_ranges(b"1:4294967295") == []
    assert uid_ranges(b"1:3,x,%s,7,:" % (b"9" * 5000)) == [1, 2, 3, 7]


def test_a_page_of_a_set_goes_from_its_end() -> None:
    found = ranges(b"1:3,7,9:10")
    assert slice_from_end(found, 0, 3) == [10, 9, 7]
    assert slice_from_end(found, 2, 3) == [7, 3, 2]
    assert slice_from_end(found, 5, 3) == [1]
    assert slice_from_end(found, 9, 3) == []


@pytest.mark.parametrize(
    "name",
    [
        b"BODY[HEADER.FIELDS (FROM DATE)]<0>",
        b"BODY[HEADER.FIELDS (FROM DATE)]",
        b'body[header.fields ("From" "Date")]<0>',
        b"BODY[HEADER.FIELDS ( FROM\r\n DATE )]",
    ],
)
def test_fields_are_found_however_a_server_names_them(name: bytes) -> None:
    line = b"* 1 FETCH (%b {4}\r\nA: b BODY[HEADER.FIELDS (TO)] NIL UID 7)" % name
    items = {b"BODY[HEADER.FIELDS]": b"A: b\r\n", b"UID": b"7"}
    assert fetched(line) == (1, items)
