"""What a calendar in a mail says, for people: what, when, where, who. Read line by line
within bounds (RFC 5545 §3.1); nothing recurs and nothing is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LINES_MAX = 20_000
EVENTS_MAX = 20
PEOPLE_MAX = 50
TEXT_MAX = 2_000

_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^;:"]*)')
_ESCAPED = re.compile(r"\\([\\;,nN])")
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_WHEN = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?")
_LASTS = re.compile(
    r"P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?"
)
# outside of it clocks and calendars cannot follow
_YEARS = range(1900, 2200)
# the names of Windows that are common here
_ZONES = {
    "Romance Standard Time": "Europe/Paris",
    "W. Europe Standard Time": "Europe/Berlin",
    "GMT Standard Time": "Europe/London",
    "UTC": "UTC",
}


@dataclass(frozen=True, slots=True)
class When:
    """A day, or a moment; a `floating` one is in nobody's zone."""

    day: date
    at: datetime | None = None
    floating: bool = False


@dataclass
class Event:
    """One VEVENT. `ends` is None when nothing says it; of whole days it is the last."""

    summary: str = ""
    location: str = ""
    description: str = ""
    organizer: str = ""
    begins: When | None = None
    ends: When | None = None
    repeats: bool = False
    people: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Invitation:
    """`method` is that of RFC 5546, upper case, "" when none is told."""

    method: str
    events: tuple[Event, ...]


def read(text: str) -> Invitation:
    """What can be read of it; never raises."""
    method, events = "", list[Event]()
    inside: list[str] = []
    for name, parameters, value in _properties(text):
        if name == "BEGIN" and len(inside) < 100:
            inside.append(value.upper())
            if inside[-1] == "VEVENT" and len(events) < EVENTS_MAX:
                events.append(Event())
        elif name == "END" and inside:
            inside.pop()
        elif name == "METHOD" and len(inside) <= 1:
            method = value.upper()[:30]
        elif inside and inside[-1] == "VEVENT" and events:
            _take(events[-1], name, parameters, value)
    return Invitation(method, tuple(events))


def _properties(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """(name, parameters, value) of each unfolded line."""
    kept = ""
    for line in text.splitlines()[:LINES_MAX]:
        if line[:1] in {" ", "\t"}:
            kept = (kept + line[1:])[:20_000]
            continue
        if kept:
            yield _property(kept)
        kept = line[:20_000]
    if kept:
        yield _property(kept)


def _property(line: str) -> tuple[str, dict[str, str], str]:
    name = re.match(r"[A-Za-z0-9-]*", line)
    at = name.end() if name else 0
    parameters = {}
    while match := _PARAMETER.match(line, at):
        parameters[match[1].upper()] = match[2].strip('"')
        at = match.end()
    return line[: name.end() if name else 0].upper(), parameters, line[at + 1 :]


def _take(event: Event, name: str, parameters: dict[str, str], value: str) -> None:
    if name in {"SUMMARY", "LOCATION", "DESCRIPTION"}:
        setattr(event, name.lower(), _text(value))
    elif name == "DTSTART":
        event.begins = _when(value, parameters.get("TZID", ""))
    elif name == "DTEND":
        event.ends = _last(_when(value, parameters.get("TZID", "")))
    elif name == "DURATION" and event.begins and not event.ends:
        event.ends = _after(event.begins, value)
    elif name in {"RRULE", "RDATE"}:
        event.repeats = True
    elif name == "ORGANIZER":
        event.organizer = _person(parameters, value)
    elif name == "ATTENDEE" and len(event.people) < PEOPLE_MAX:
        event.people.append(_person(parameters, value))


def _text(value: str) -> str:
    plain = _ESCAPED.sub(
        lambda m: "\n" if m[1] in "nN" else m[1], value[: TEXT_MAX * 2]
    )
    return _UNSAFE.sub("", plain).strip()[:TEXT_MAX]


def _person(parameters: dict[str, str], value: str) -> str:
    address = value[7:] if value[:7].lower() == "mailto:" else value
    name = _text(parameters.get("CN", ""))[:200]
    address = _text(address)[:200]
    return f"{name} <{address}>" if name and name != address else address


def _when(value: str, zone: str) -> When | None:
    match = _WHEN.fullmatch(value.strip()[:20])
    if match is None or int(match[1]) not in _YEARS:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        if match[4] is None:
            return When(day)
        at = datetime(  # noqa: DTZ001 (its zone comes next)
            day.year,
            day.month,
            day.day,
            int(match[4]),
            int(match[5]),
            int(match[6]) % 60,
        )
    except ValueError:
        return None
    found = ZoneInfo("UTC") if match[7] else _zone(zone)
    if found is None:
        return When(day, at, floating=True)
    return When(day, at.replace(tzinfo=found))


def _zone(name: str) -> ZoneInfo | None:
    """A zone of the system by its name; those that a mail defines are not run."""
    name = _ZONES.get(name, name)
    if not re.fullmatch(r"[A-Za-z_]{1,30}(?:/[A-Za-z_+-]{1,30}){0,2}", name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _last(ends: When | None) -> When | None:
    """DTEND of whole days is the day after (RFC 5545 §3.6.1)."""
    if ends is None or ends.at is not None:
        return ends
    return When(ends.day - timedelta(days=1))


def _after(begins: When, value: str) -> When | None:
    match = _LASTS.fullmatch(value.strip()[:30])
    if match is None:
        return None
    weeks, days, hours, minutes = (int(n or 0) for n in match.groups())
    span = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    try:
        if begins.at is None:
            return When(begins.day + span - timedelta(days=1))
        at = begins.at + span
    except OverflowError:
        return None
    return When(at.date(), at, begins.floating)
