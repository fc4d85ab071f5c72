"""Plays the scripts: all letters sent up to a moment, oldest first."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from demo.letters import clothing, correspondents
from demo.letters.files import made
from demo.letters.letter import Correspondent, Letter
from demo.letters.scripts import Script, Turn, read
from demo.letters.slots import Slots, school_day

SEED = 20261123
OPENS, CLOSES = time(7, 40), time(18, 20)


def posted(now: datetime, scripts: tuple[Script, ...] | None = None) -> list[Letter]:
    """`now` is aware, in local time. The same moment gives the same letters."""
    letters: list[Letter] = []
    for number, script in enumerate(read() if scripts is None else scripts):
        rng = random.Random(f"{SEED}/{number}/{script.subject[0]}")  # noqa: S311 (fixed on purpose)
        for _ in range(script.times):
            for keys in _audiences(script):
                letters += _played(rng, script, keys, now)
    return sorted(letters, key=lambda letter: letter.date)


def _audiences(script: Script) -> list[tuple[str, ...]]:
    """The keys of the recipients of each conversation."""
    keys = tuple(one for key in script.to for one in correspondents.members(key))
    return [(key,) for key in keys] if script.each else [keys]


def _played(
    rng: random.Random, script: Script, keys: tuple[str, ...], now: datetime
) -> Iterator[Letter]:
    """One conversation, as far as it has come by now."""
    moment = _beginning(rng, script, now)
    slots = Slots(rng, moment.date(), moi=keys[0])
    subject = rng.choice(script.subject).format_map(slots)
    cc = tuple(one for key in script.cc for one in correspondents.members(key))
    previous: Letter | None = None
    for turn in script.turns:
        if previous is not None:
            moment = _later(moment, turn.after * rng.uniform(0.4, 2))
        if moment > now or rng.random() > turn.chance:
            return
        sender = _who(turn.by, slots)
        to, carbon = _recipients(sender, turn, previous, keys, cc, slots)
        text = rng.choice(turn.says).format_map(slots).strip()
        previous = _letter(
            sender=sender,
            to=to,
            cc=carbon,
            date=moment,
            subject=subject,
            text=text,
            previous=previous,
            script=script,
            files=tuple(
                made(name.format_map(slots), _lines(turn, slots)) for name in turn.files
            ),
        )
        yield previous


def _lines(turn: Turn, slots: Slots) -> tuple[str, ...]:
    return tuple(line.format_map(slots) for line in turn.lines)


def _beginning(rng: random.Random, script: Script, now: datetime) -> datetime:
    """A moment of a working day; what would lie ahead was written this morning, or
    last week when the weekend is not over."""
    day = now - timedelta(days=rng.uniform(script.newest, script.oldest))
    moment = _in_working_hours(rng, day)
    if moment <= now:
        return moment
    if moment.date() == now.date() and now.time() > OPENS:
        return now - (now - _opening(now)) * rng.random()
    return _in_working_hours(rng, now - timedelta(days=max(1, now.weekday() - 3)))


def _in_working_hours(rng: random.Random, day: datetime) -> datetime:
    """More often in the morning."""
    minutes = rng.triangular(0, 640, 110)
    return _opening(_on_school_day(day)) + timedelta(minutes=minutes)


def _later(moment: datetime, hours: float) -> datetime:
    """So many hours on; nobody answers at night or at the weekend."""
    later = moment + timedelta(hours=hours)
    if later.time() > CLOSES:
        later += timedelta(hours=14)
    day = _on_school_day(later)
    if day.time() < OPENS or day.date() != later.date():
        return _opening(day) + timedelta(minutes=later.minute, seconds=later.second)
    return later


def _on_school_day(moment: datetime) -> datetime:
    return moment + (school_day(moment.date()) - moment.date())


def _opening(day: datetime) -> datetime:
    return datetime.combine(day.date(), OPENS, day.tzinfo)


def _who(key: str, slots: Slots) -> Correspondent:
    return correspondents.find(slots["moi"] if key == "moi" else key, slots)


def _recipients(
    sender: Correspondent,
    turn: Turn,
    previous: Letter | None,
    keys: tuple[str, ...],
    cc: tuple[str, ...],
    slots: Slots,
) -> tuple[tuple[Correspondent, ...], tuple[Correspondent, ...]]:
    """To whom the first letter goes, then whom each answer reaches: its author, and
    all others unless it is meant for the author alone."""
    if previous is None:
        everybody = (tuple(_who(key, slots) for key in group) for group in (keys, cc))
        to, carbon = (_without(group, sender) for group in everybody)
        return to or (sender,), carbon
    author = previous.sender if previous.sender != sender else previous.to[0]
    if turn.alone:
        return (author,), ()
    others = (one for one in previous.everybody if one not in (author, sender))
    return (author,), tuple(others)


def _without(
    group: tuple[Correspondent, ...], sender: Correspondent
) -> tuple[Correspondent, ...]:
    return tuple(one for one in group if one != sender)


def _letter(
    *,
    sender: Correspondent,
    date: datetime,
    subject: str,
    text: str,
    previous: Letter | None,
    script: Script,
    **more: object,
) -> Letter:
    signed = f"{text}\n\n{sender.signature}" if sender.signature else text
    local, _, domain = sender.address.partition("@")
    mark = hashlib.sha256(f"{date.timestamp()}{local}{subject}{text}".encode())
    letter = Letter(
        sender=sender,
        date=date,
        message_id=f"{mark.hexdigest()[:20]}@{domain}",
        subject=subject if previous is None else clothing.answered(subject),
        text=signed,
        quote=clothing.quote(previous) if previous else "",
        in_reply_to=previous.message_id if previous else "",
        references=(*previous.references, previous.message_id) if previous else (),
        topic=script.topic,
        **more,  # type: ignore[arg-type]
    )
    return clothing.dressed(letter, script)
