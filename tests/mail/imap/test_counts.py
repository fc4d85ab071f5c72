from __future__ import annotations

import pytest

from mail.imap.counts import Counts

FIRST = {b"MESSAGES": 4, b"UIDNEXT": 9, b"UIDVALIDITY": 1, b"UNSEEN": 2}


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ({}, ""),
        ({b"UNSEEN": 1}, "flags"),
        ({b"HIGHESTMODSEQ": 5}, "flags"),
        ({b"MESSAGES": 5, b"UIDNEXT": 10, b"UNSEEN": 3}, "new"),
        ({b"MESSAGES": 3}, "gone"),
        ({b"MESSAGES": 4, b"UIDNEXT": 10}, "gone new"),
        ({b"MESSAGES": 0, b"UIDNEXT": 1, b"UIDVALIDITY": 2}, "reset"),
    ],
)
def test_counts_say_what_has_changed(told: dict[bytes, int], what: str) -> None:
    counts = Counts()
    assert not counts.note("INBOX", FIRST)
    assert " ".join(sorted(counts.note("INBOX", told))) == what


def test_the_last_counts_are_kept_where_only_some_are_told() -> None:
    counts = Counts()
    counts.note("INBOX", FIRST)
    counts.note("INBOX", {b"UNSEEN": 1})
    assert counts.note("INBOX", FIRST) == {"flags"}
    assert not counts.note("INBOX", {b"MESSAGES": 4})
