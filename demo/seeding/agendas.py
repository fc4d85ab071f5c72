"""Events of the cast and the common calendar of school holidays."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

from demo.letters.invitations import PRODUCT
from demo.seeding import terms
from demo.seeding.dav import fill
from stack import Stack

PARIS = ZoneInfo("Europe/Paris")
WEEKS_BACK, WEEKS_AHEAD = 8, 28
HOLIDAYS = "vacances-zone-a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An entry of agendas.toml. `weeks` repeats every so many weeks; `only` every week
    with this letter; `class_time` never during holidays."""

    who: tuple[str, ...]
    title: str
    day: int
    at: str = "00:00"
    minutes: int = 60
    week: int = 0
    weeks: int = 0
    only: str = ""
    class_time: bool = False
    whole_day: bool = False
    days: int = 1
    private: bool = False
    place: str = ""
    uid: str = field(default="")


def put(stack: Stack, now: datetime) -> None:
    """Each their own events, and the holidays for all."""
    by_person: dict[str, list[Event]] = defaultdict(list)
    for number, plan in enumerate(_plans()):
        for uid in plan.who:
            name = plan.uid or f"demo-{number}-{uid}@ac-poitiers.test"
            by_person[uid].append(event(plan, name, now))
    for uid, events in by_person.items():
        _put(stack, uid, "agenda", "Agenda", events)
    _put(stack, "commun", HOLIDAYS, "Vacances scolaires – zone A", _holidays(now))


def _put(stack: Stack, uid: str, path: str, name: str, events: list[Event]) -> None:
    held = _calendar(events)
    fill(stack, uid, path, name=name, held=held, type="text/calendar")


def event(plan: Plan, uid: str, now: datetime) -> Event:
    """The event of a plan, placed around now."""
    monday = now.date() - timedelta(days=now.weekday())
    made = _event(uid, plan.title, now)
    first = monday + timedelta(weeks=plan.week, days=plan.day - 1)
    if plan.weeks or plan.only:
        first = _repeat(made, plan, first)
    if plan.whole_day:
        made.add("dtstart", first)
        made.add("dtend", first + timedelta(days=plan.days))
    else:
        start = _at(plan, first)
        made.add("dtstart", start)
        made.add("dtend", start + timedelta(minutes=plan.minutes))
    if plan.place:
        made.add("location", plan.place)
    if plan.private:
        made.add("class", "PRIVATE")
    return made


def _repeat(made: Event, plan: Plan, first: date) -> date:
    """Adds the rule and its exceptions; the day of the first occurrence."""
    step = timedelta(weeks=plan.weeks or 1)
    start = first - step * (WEEKS_BACK // (plan.weeks or 1))
    days = [
        start + step * n for n in range((WEEKS_BACK + WEEKS_AHEAD) * 7 // step.days)
    ]
    kept = [day for day in days if _takes_place(plan, day)]
    if not kept:
        # outside the school year that is known: no exceptions
        kept = days
    days = [day for day in days if day >= kept[0]]
    last = _at(plan, kept[-1])
    rule = {"freq": "weekly", "interval": plan.weeks or 1}
    made.add("rrule", rule | {"until": last.astimezone(UTC)})
    for day in days:
        if day not in kept and day < kept[-1]:
            made.add("exdate", _at(plan, day))
    if plan.only:
        # so that the exceptions can be made again when the calendar changes
        made.add("x-convergence-weeks", plan.only)
    return kept[0]


def _takes_place(plan: Plan, day: date) -> bool:
    if plan.only:
        return terms.letter(day) == plan.only and not terms.is_free(day)
    return not (plan.class_time and terms.is_free(day))


def _at(plan: Plan, day: date) -> datetime:
    return datetime.combine(day, time.fromisoformat(plan.at), PARIS)


def _holidays(now: datetime) -> list[Event]:
    """Whole days, seen as free time."""
    free = [(day, day, name) for name, day in terms.PUBLIC]
    free += [(first, last, name) for name, first, last in terms.HOLIDAYS]
    found = []
    for first, last, name in sorted(free):
        made = _event(f"{first.isoformat()}@ac-poitiers.test", name, now)
        made.add("dtstart", first)
        made.add("dtend", last + timedelta(days=1))
        made.add("transp", "TRANSPARENT")
        found.append(made)
    return found


def _event(uid: str, title: str, now: datetime) -> Event:
    made = Event()
    made.add("uid", uid)
    made.add("dtstamp", now.astimezone(UTC))
    made.add("summary", title)
    return made


def _calendar(events: list[Event]) -> str:
    held = Calendar()
    held.add("prodid", PRODUCT)
    held.add("version", "2.0")
    held.add_component(_timezone())
    for one in events:
        held.add_component(one)
    return bytes(held.to_ical()).decode()


@cache
def _timezone() -> Timezone:
    """The rules of Paris in the years of the events."""
    return Timezone.from_tzinfo(
        PARIS, first_date=date(2025, 1, 1), last_date=date(2029, 1, 1)
    )


@cache
def _plans() -> tuple[Plan, ...]:
    path = Path(__file__).with_name("agendas.toml")
    entries = tomllib.loads(path.read_text("utf-8"))["event"]
    return tuple(Plan(**entry | {"who": tuple(entry["who"])}) for entry in entries)
