"""Small exchanges with the groups that a person would make of them."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import threading
from mail.threading import Trace, cut, divided, grouped, stripped, trace

DAY = 24 * 3600.0


def letter(
    uid: int,
    cited: str = "",
    subject: str = "Sortie",
    answers: str = "",
    name: str | None = None,
    at: float = 0.0,
) -> Trace:
    """`cited` and `answers` are names apart by spaces; a letter is named by its UID."""
    own = str(uid) if name is None else name
    return trace(uid, own, cited.split(), answers.split(), subject, at)


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([letter(1), letter(2)], [(2,), (1,)], id="strangers"),
        pytest.param([letter(1), letter(2, "1")], [(1, 2)], id="an answer"),
        pytest.param(
            [letter(1), letter(2), letter(3, "1")],
            [(1, 3), (2,)],
            id="the newest conversation comes first",
        ),
        pytest.param([letter(1, "2"), letter(2)], [(1, 2)], id="out of order"),
        pytest.param(
            [letter(1, "0"), letter(2, "0")], [(1, 2)], id="what they answer is gone"
        ),
        pytest.param(
            [letter(1), letter(4, "1 2 3")], [(1, 4)], id="what is between is gone"
        ),
        pytest.param(
            [letter(1, "a b"), letter(2, "b c")], [(1, 2)], id="joined by the middle"
        ),
        pytest.param(
            [letter(1), letter(2, "", answers="1")], [(1, 2)], id="only In-Reply-To"
        ),
        pytest.param(
            [letter(1), letter(2, "0", answers="1")],
            [(1, 2)],
            id="In-Reply-To says more than a cut References",
        ),
        pytest.param([letter(1, "1"), letter(2)], [(2,), (1,)], id="cites itself"),
        pytest.param(
            [letter(1, "2"), letter(2, "1")], [(1, 2)], id="answer each other"
        ),
        pytest.param(
            [letter(1, "3"), letter(2, "1"), letter(3, "2")], [(1, 2, 3)], id="a ring"
        ),
        pytest.param(
            [letter(1, name="x"), letter(2, name="x"), letter(3, "x")],
            [(1, 2, 3)],
            id="the same message twice, as by a list",
        ),
        pytest.param(
            [letter(1, name=""), letter(2, name="")], [(2,), (1,)], id="without names"
        ),
        pytest.param(
            [letter(1), letter(2, "1", "Cantine"), letter(3, "1 2", "Re: Cantine")],
            [(2, 3), (1,)],
            id="a new subject is a new conversation",
        ),
        pytest.param(
            [letter(1), letter(2, "1", "Cantine"), letter(3, "1 2", "Re: Sortie")],
            [(1, 3), (2,)],
            id="and the old one goes on",
        ),
        pytest.param(
            [
                letter(1, subject="[profs] Sortie"),
                letter(2, "1", "RE : [profs] Sortie"),
            ],
            [(1, 2)],
            id="through a list",
        ),
        pytest.param(
            [letter(1), letter(2, subject="Re: Sortie", at=DAY)],
            [(1, 2)],
            id="an answer that lost its references",
        ),
        pytest.param(
            [letter(1), letter(2, subject="Re: Sortie", at=40 * DAY)],
            [(2,), (1,)],
            id="too long ago",
        ),
        pytest.param(
            [letter(1), letter(2, at=DAY)], [(2,), (1,)], id="only of the same subject"
        ),
        pytest.param(
            [letter(1), letter(2, subject="Cantine"), letter(3, "1 2", "Piège")],
            [(3,), (2,), (1,)],
            id="a hostile References joins nothing",
        ),
    ],
)
def test_exchanges(exchange: list[Trace], expected: list[tuple[int, ...]]) -> None:
    assert grouped(exchange) == expected
    assert grouped(reversed(exchange)) == expected


@pytest.mark.parametrize(
    "subject",
    [
        "Sortie au musée",
        "Re: Sortie au musée",
        "RE : Sortie  au musée",
        "Re[2]: Sortie au musée",
        "TR: Re: Sortie au musée",
        "Fwd: [profs] Re: [profs] Sortie au musée",
        "[EXTERNE] Réf. : Sortie au musée",
        "AW: SV: sortie au musée (fwd)",
        "[Fwd: Sortie au musée]",
    ],
)
def test_prefixes_are_no_part_of_a_subject(subject: str) -> None:
    assert stripped(subject)[0] == "sortie au musée"


@pytest.mark.parametrize("subject", ["[profs]", "Restauration : menus", "Trois: deux"])
def test_words_are_kept(subject: str) -> None:
    assert stripped(subject) == (subject.casefold(), False)


def test_an_endless_subject_takes_no_time() -> None:
    begin = time.thread_time()
    for subject in ("Re: " * 100_000, "[" * 100_000, "[a] " * 100_000):
        stripped(subject)
    assert time.thread_time() - begin < 1


def test_a_server_s_threads_are_cut_by_subject() -> None:
    subjects = {1: "a", 2: "a", 3: "b", 4: "a", 5: "c"}
    assert divided([(1, 2, 3, 4), (5,)], subjects.__getitem__) == [
        (5,),
        (1, 2, 4),
        (3,),
    ]


def test_a_conversation_without_end_goes_on_in_another_row() -> None:
    exchange = [letter(1), *(letter(n, "1") for n in range(2, 251))]
    assert [len(thread) for thread in cut(grouped(exchange))] == [50, 100, 100]


def test_a_long_chain_takes_no_time() -> None:
    begin = time.thread_time()
    deep = [letter(n, str(n + 1)) for n in range(1, 20_001)]
    assert sum(map(len, grouped(deep))) == 20_000
    assert time.thread_time() - begin < 5


def test_of_endless_references_the_first_and_the_last_count() -> None:
    cited = [f"<{n}@x>" for n in range(10_000)]
    kept = trace(1, "<1@x.test>", cited, [], "").cited
    assert (kept[0], kept[-1], len(kept)) == (cited[0], cited[-1], threading.CITED_MAX)


names = st.sampled_from("abcdefgh")
citations = st.lists(st.tuples(names, st.lists(names, max_size=4)), max_size=12)


@given(citations, st.randoms(use_true_random=False))
def test_every_message_is_in_one_conversation(
    drawn: Sequence[tuple[str, list[str]]], chance: object
) -> None:
    exchange = [trace(n, own, cited, [], "x") for n, (own, cited) in enumerate(drawn)]
    found = grouped(exchange)
    assert sorted(uid for thread in found for uid in thread) == list(range(len(drawn)))
    chance.shuffle(exchange)  # type: ignore[attr-defined]
    assert grouped(exchange) == found
