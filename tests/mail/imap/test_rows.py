"""The rows of a list as they are kept: the same as tuples, and much smaller."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mail.imap import orders
from mail.imap.rows import Rows

# some whose octets look like those of others, shifted
UIDS = st.one_of(
    st.integers(1, 2**32 - 1), st.sampled_from([1, 256, 65_536, 2**24, 2**24 + 1])
)


@given(st.lists(st.lists(UIDS, min_size=1, max_size=4), max_size=40), UIDS)
def test_rows_are_what_they_were_made_of(found: list[list[int]], other: int) -> None:
    seen: set[int] = set()
    kept = []
    for each in found:
        row = tuple(dict.fromkeys(uid for uid in each if uid not in seen))
        kept += [row] if row else []
        seen |= set(row)
    rows = Rows.of(kept)
    assert list(rows) == kept
    assert rows[1:3] == kept[1:3]
    places = {uid: at for at, row in enumerate(kept) for uid in row}
    assert rows.places([*seen, other]) == places
    for uid in (*list(seen)[:5], other, 0, -1, 2**32):
        assert rows.places([uid]).get(uid) == places.get(uid)


def test_another_process_thaws_the_same() -> None:
    order = orders.order_of(7, [tuple(range(300, 600)), (9, 10), (4,)])
    assert [len(row) for row in order.rows] == [100, 100, 100, 2, 1]
    thawed = orders._thawed(orders._frozen(order))
    assert thawed is not None
    assert (thawed.mark, list(thawed.rows)) == (order.mark, list(order.rows))
    assert thawed.whole(350) == order.whole(450) == tuple(range(300, 600))
    assert thawed.whole(9) == (9, 10)
    assert thawed.whole(5) is None
    for other in (None, [1, [7, 3, 9], "9"], [2, [7, 3, 9], "AAA=", "", "", ""]):
        assert orders._thawed(other) is None
