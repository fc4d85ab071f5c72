"""Fills the demo: accounts, mail, contacts and events of the cast."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from heapq import merge

from django.utils import timezone

from demo.letters import corpus, oddities, post
from demo.letters.letter import Letter
from demo.seeding import agendas, cards, filing, mailboxes, rows
from demo.seeding.filing import Copy
from demo.seeding.mailboxes import SeedRefused
from stack import Stack

AT_ONCE = 3
__all__ = ["SeedRefused", "seed"]


def seed(stack: Stack, say: Callable[[str], None]) -> None:
    """Once, on an empty stack and a migrated database; the settings name this stack.
    Raises SeedRefused."""
    now = timezone.localtime()
    say("Comptes, boîtes et accès…")
    rows.add()
    rows.announce(now)
    say("Contacts et agendas…")
    cards.put(stack)
    agendas.put(stack, now)
    _mail(stack, now, say)


def _mail(stack: Stack, now: datetime, say: Callable[[str], None]) -> None:
    boxes = filing.filed(letters(now), now)
    total = sum(map(len, boxes.values()))
    say(f"{total} messages dans {len(boxes)} boîtes…")
    # the largest first; while the server writes one, another is made
    largest_first = sorted(boxes, key=lambda login: -len(boxes[login]))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(lambda login: _fill(stack, login, boxes, now), largest_first):
            pass


def _fill(
    stack: Stack, login: str, boxes: dict[str, list[Copy]], now: datetime
) -> None:
    mailboxes.fill(stack, login, filing.folders(login, now), boxes[login])


def letters(now: datetime) -> list[Letter]:
    """All letters sent before `now`, oldest first."""
    every = (post.posted(now), oddities.posted(now), corpus.posted(now))
    return list(merge(*every, key=lambda letter: letter.date))
