"""The merge of several inboxes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from convergence.errors import MailUnavailable
from mail import unified
from mail.messages import Address, Envelope, Listing, Query, Summary
from mail.unified import Page

BEGIN = datetime(2026, 11, 24, 8, tzinfo=UTC)
ALL = Query()


def row(uid: int, minutes: int) -> Summary:
    at, who = BEGIN + timedelta(minutes=minutes), Address("", "a@b.test")
    return Summary(Envelope(uid, "x", who, (), at, at, 1, "", False), frozenset())


@dataclass(eq=False)
class Inbox:
    """A Store that has only an inbox; `down`: it does not answer."""

    address: str
    rows: list[Summary]
    down: bool = False
    asked: int = 0

    def page(self, folder: str, number: int, size: int = 50) -> Listing:
        if self.down:
            raise MailUnavailable
        self.asked += 1
        pages = max(1, -(-len(self.rows) // size))
        number = min(number, pages)
        shown = tuple(self.rows[(number - 1) * size : number * size])
        return Listing(folder, 1, len(self.rows), number, size, shown)


def inbox(address: str, minutes: list[int]) -> Inbox:
    newest_first = sorted(minutes, reverse=True)
    return Inbox(address, [row(n + 1, m) for n, m in enumerate(newest_first)])


def read_through(boxes: list[Inbox], size: int) -> list[Page]:
    pages = [unified.page(boxes, ALL, {}, size)]  # type: ignore[arg-type]
    while pages[-1].more:
        pages.append(unified.page(boxes, ALL, pages[-1].taken, size))  # type: ignore[arg-type]
    return pages


TIMES = st.lists(st.integers(0, 500), max_size=130)


@given(st.lists(TIMES, min_size=1, max_size=3), st.integers(7, 60))
def test_every_message_is_on_one_page_in_its_place(
    times: list[list[int]], size: int
) -> None:
    boxes = [inbox(f"{n}@b.test", minutes) for n, minutes in enumerate(times)]
    rows = [row for page in read_through(boxes, size) for row in page.rows]
    received = [row.summary.envelope.received for row in rows]
    assert received == sorted(received, reverse=True)
    found = {(row.address, row.summary.uid) for row in rows}
    assert len(found) == len(rows) == sum(map(len, times))


def test_a_mailbox_that_does_not_answer_is_named_and_left_out() -> None:
    boxes = [inbox("a@b.test", [1, 2]), Inbox("b@b.test", [], down=True)]
    page = unified.page(boxes, ALL, {})  # type: ignore[arg-type]
    assert set(page.refused) == {"b@b.test"}
    assert len(page.rows) == 2


def test_a_place_beyond_the_end_shows_nothing() -> None:
    page = unified.page([inbox("a@b.test", [1])], ALL, {"a@b.test": 999})  # type: ignore[list-item]
    assert (page.rows, page.more) == ((), False)


def test_a_first_page_asks_each_mailbox_once() -> None:
    boxes = [inbox(f"{n}@b.test", list(range(60))) for n in range(3)]
    assert unified.page(boxes, ALL, {}).more  # type: ignore[arg-type]
    assert [box.asked for box in boxes] == [1, 1, 1]


def test_a_last_page_says_so() -> None:
    boxes = [inbox("a@b.test", list(range(30))), inbox("b@b.test", list(range(20)))]
    assert not unified.page(boxes, ALL, {}).more  # type: ignore[arg-type]
