"""Conversations: which messages answer each other, without the server's THREAD.

The algorithm is that of Jamie Zawinski (jwz.org/doc/threading.html), but for its tree:
a conversation is shown in the order of time, so that only the groups count. A message
hangs below the last one that it cites; what others cite in a row fills the gaps where
nothing better is known. Then what changed its subject leaves: a new subject is a new
conversation (RFC 5256 §2.1 says what a subject is without "Re:").

All of it is the sender's to forge: nothing here recurses, no loop can be made, and two
conversations that a hostile References joins stay apart by their subjects.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

# beyond, a conversation goes on in a new row: a list reads the flags of every message
MESSAGES_MAX = 100
CITED_MAX = 50
# how long an answer without references may look for what it answers
LOST_SECONDS = 30 * 24 * 3600
_SUBJECT_MAX = 500
_ANSWER = re.compile(
    r"(?:re|ré|rép|réponse|réf|ref|aw|antw|sv|rif|odp|fwd?|tr|wg|rv|enc)\.?"
    r"\s?(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4})?\s?[:：]\s*"
)
_BLOB = re.compile(r"\[[^\[\]]{0,100}\]\s*")
_FORWARDED = re.compile(r" ?\(fwd\)$")

Thread = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """What threads a message. `message_id` is "" when it has none, `cited` are the
    identifiers that it refers to, oldest first; `subject` is without "Re:", which
    `is_answer` tells; `at` is when it came, in seconds."""

    uid: int
    message_id: str
    cited: tuple[str, ...]
    subject: str
    is_answer: bool
    at: float


def trace(
    uid: int,
    message_id: str,
    references: Sequence[str],
    in_reply_to: Sequence[str],
    subject: str,
    at: float = 0.0,
) -> Trace:
    """The trace of a header. Programs that cut References short, or write only
    In-Reply-To, are repaired: what is answered is cited last."""
    cited = [name for name in references if name != message_id]
    # several: a comment of old programs rather than several parents
    answered = [name for name in in_reply_to if name != message_id][:1]
    cited += [name for name in answered if name not in cited]
    kept = cited[:1] + cited[1 - CITED_MAX :] if len(cited) > CITED_MAX else cited
    base, is_answer = stripped(subject)
    return Trace(uid, message_id, tuple(kept), base, is_answer, at)


def stripped(subject: str) -> tuple[str, bool]:
    """(the subject without prefixes of answers and lists, whether it had one of an
    answer), in lower case; prefixes of French, German, Spanish… programs count too."""
    text = " ".join(subject[:_SUBJECT_MAX].casefold().split())
    is_answer = False
    while True:
        rest = _FORWARDED.sub("", text)
        if rest.startswith("[fwd:") and rest.endswith("]"):
            rest = rest[5:-1].strip()
        if match := _ANSWER.match(rest):
            rest, is_answer = rest[match.end() :], True
        elif (blob := _BLOB.match(rest)) and blob.end() < len(rest):
            rest = rest[blob.end() :]
        if rest == text:
            return text, is_answer
        text = rest


class _Forest:
    """Who hangs below whom, by name; `top` finds the same name for all of one tree."""

    def __init__(self) -> None:
        self._placed: set[Hashable] = set()
        self._above: dict[Hashable, Hashable] = {}

    def top(self, name: Hashable) -> Hashable:
        above = self._above
        while (higher := above.get(name, name)) != name:
            # halving the path keeps the next walks short, however deep the tree
            above[name] = name = above.get(higher, higher)
        return name

    def hang(self, child: Hashable, parent: Hashable, *, sure: bool = False) -> None:
        """Unless the child has a place, or the parent hangs below it; what is `sure`,
        and cannot be, leaves no room for guesses."""
        if child in self._placed:
            return
        high, low = self.top(parent), self.top(child)
        if high != low:
            self._above[low] = high
        if sure or high != low:
            self._placed.add(child)


def grouped(traces: Iterable[Trace]) -> list[Thread]:
    """The conversations, newest first; the UIDs of each ascend."""
    ordered = sorted(traces, key=lambda t: t.uid)
    forest = _Forest()
    for each in ordered:
        if each.cited:
            forest.hang(_name(each), each.cited[-1], sure=True)
    for each in ordered:
        for parent, child in zip(each.cited, each.cited[1:], strict=False):
            forest.hang(child, parent)
    _find_lost(forest, ordered)
    trees: dict[tuple[Hashable, str], list[int]] = {}
    for each in ordered:
        key = forest.top(_name(each)), each.subject
        trees.setdefault(key, []).append(each.uid)
    return arranged(trees.values())


def _name(each: Trace) -> Hashable:
    return each.message_id or each.uid


def _find_lost(forest: _Forest, ordered: Sequence[Trace]) -> None:
    """An answer that cites nothing follows the last message of its subject, when that
    is not too long ago."""
    latest: dict[str, Trace] = {}
    for each in ordered:
        before = latest.get(each.subject)
        lost = each.is_answer and not each.cited and each.subject
        if lost and before and each.at - before.at <= LOST_SECONDS:
            forest.hang(_name(each), _name(before))
        latest[each.subject] = each


def divided(
    threads: Iterable[Sequence[int]], subject_of: Callable[[int], Hashable]
) -> list[Thread]:
    """Conversations that another has found by references, cut where the subject
    changes."""
    found: list[list[int]] = []
    for thread in threads:
        if len(thread) == 1:
            found.append(list(thread))
            continue
        parts: dict[Hashable, list[int]] = {}
        for uid in sorted(thread):
            parts.setdefault(subject_of(uid), []).append(uid)
        found += parts.values()
    return arranged(found)


def arranged(threads: Iterable[Sequence[int]]) -> list[Thread]:
    """Newest first, by the last message."""
    return sorted(map(tuple, threads), key=lambda thread: thread[-1], reverse=True)


def cut(threads: Sequence[Thread]) -> list[Thread]:
    """The rows of a list, newest first: a conversation that is too long takes several,
    in the order of time."""
    if all(len(thread) <= MESSAGES_MAX for thread in threads):
        return list(threads)
    return arranged(
        thread[at : at + MESSAGES_MAX]
        for thread in threads
        for at in range(0, len(thread), MESSAGES_MAX)
    )
