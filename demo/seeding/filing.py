"""Where the letters lie in each mailbox, and what has been done with them."""

from __future__ import annotations

import random
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from demo.letters.letter import Letter
from demo.letters.post import SEED

KEPT_IN_INBOX = timedelta(days=21)
# what a person has not opened yet, newest first; others: between 6 and 17
UNREAD = {"ce.0869001s": 12, "sgarnier": 40}
# these alone are new in this mailbox, and all of them
WAITING = {"viescolaire.0869001s": "absences du jour"}
NOT_SENT = "brouillons"
SPAM = "indésirables"
PASSING = frozenset({"lettres", "notifications"})


@dataclass(slots=True)
class Copy:
    """A letter in one mailbox."""

    letter: Letter
    folder: str
    flags: set[str] = field(default_factory=set)


def filed(letters: Iterable[Letter], now: datetime) -> dict[str, list[Copy]]:
    """Mailbox → its messages, oldest first."""
    boxes: dict[str, list[Copy]] = defaultdict(list)
    for letter in letters:
        for login in _receivers(letter):
            folder = _folder(login, letter, now)
            boxes[login].append(Copy(letter, folder, {r"\Seen"}))
        # a list has no mailbox of its own
        if letter.sender.logins and not letter.sender.is_list:
            boxes[letter.sender.logins[0]].append(_own(letter))
    for login, copies in boxes.items():
        _mark(login, copies)
    return dict(boxes)


def folders(login: str, now: datetime) -> dict[str, tuple[str, ...]]:
    """The folders of a mailbox with the topics that are filed there."""
    return {
        name.format(last_year=now.year - 1): tuple(topics)
        for name, topics in _all_folders().get(login, {}).items()
    }


@cache
def _all_folders() -> dict[str, dict[str, list[str]]]:
    path = Path(__file__).with_name("folders.toml")
    held: dict[str, dict[str, list[str]]] = tomllib.loads(path.read_text("utf-8"))
    return held


def _receivers(letter: Letter) -> set[str]:
    """Nobody receives their own letter from a list, nor a draft at all."""
    if letter.topic == NOT_SENT:
        return set()
    logins = {login for one in letter.everybody for login in one.logins}
    return logins - set(letter.sender.logins[:1])


def _own(letter: Letter) -> Copy:
    if letter.topic == NOT_SENT:
        return Copy(letter, "Drafts", {r"\Seen", r"\Draft"})
    return Copy(letter, "Sent", {r"\Seen"})


def _folder(login: str, letter: Letter, now: datetime) -> str:
    age = now - letter.date
    if letter.topic == SPAM:
        return "Junk"
    if letter.topic in PASSING and age > timedelta(days=6) and _drawn(login, letter, 4):
        return "Trash"
    if age > KEPT_IN_INBOX:
        for folder, topics in folders(login, now).items():
            if letter.topic in topics:
                return folder
    return "INBOX"


def _drawn(login: str, letter: Letter, one_in: int) -> bool:
    """The same for the same letter in the same mailbox."""
    rng = random.Random(f"{SEED}/{login}/{letter.message_id}")  # noqa: S311 (fixed)
    return rng.randrange(one_in) == 0


def _mark(login: str, copies: list[Copy]) -> None:
    """What was answered, what is flagged, what is still new."""
    answers = {c.letter.in_reply_to for c in copies if c.folder == "Sent"}
    for copy in copies:
        if copy.folder == "Sent" or copy.folder == "Drafts":
            continue
        if copy.letter.message_id in answers:
            copy.flags.add(r"\Answered")
        elif copy.folder == "INBOX" and _drawn(login, copy.letter, 25):
            copy.flags.add(r"\Flagged")
        elif _drawn(login, copy.letter, 33):
            copy.flags.add("$Forwarded")
    for copy in _new(login, copies):
        copy.flags -= {r"\Seen", "$Forwarded"}


def _new(login: str, copies: list[Copy]) -> list[Copy]:
    arrived = [c for c in copies if c.folder == "INBOX" and r"\Answered" not in c.flags]
    if topic := WAITING.get(login):
        return [c for c in arrived if c.letter.topic == topic]
    count = UNREAD.get(login, 6 + sum(login.encode()) % 12)
    spam = [c for c in copies if c.folder == "Junk"]
    return arrived[-count:] + spam[-2:]
