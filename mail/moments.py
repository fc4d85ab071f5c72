"""Moments: the hours that are offered for later, and those that a person types.

All are hours of Paris. Where a clock change makes an hour twice, the first is meant;
where it makes none of it, the same time after the change (RFC 5545 §3.3.5).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from convergence.errors import InputRefused
from mail import schooldays

PARIS = ZoneInfo("Europe/Paris")
MORNING, EVENING = time(8), time(18)
LATEST = timedelta(days=2 * 366)
_SATURDAY = 5


class Moment(NamedTuple):
    """A choice of a menu: its words, the hour as a person reads it, the value sent."""

    label: str
    shown: str
    value: str


def for_snoozing(now: datetime | None = None) -> tuple[Moment, ...]:
    """This evening while it is far enough, tomorrow morning, Monday morning."""
    here = _here(now)
    early = here.time() < time(EVENING.hour - 1)
    return _for_snoozing(here.date(), early, get_language() or "fr")


# every page offers them: made once for an afternoon
@lru_cache(maxsize=16)
def _for_snoozing(today: date, early: bool, _language: str) -> tuple[Moment, ...]:
    found = []
    if early:
        found.append(_moment(_("Ce soir"), _at(today, EVENING), f"{EVENING:%H:%M}"))
    tomorrow = today + timedelta(days=1)
    found.append(_moment(_("Demain matin"), _at(tomorrow, MORNING)))
    monday = today + timedelta(days=7 - today.weekday())
    if monday != tomorrow:
        found.append(_moment(_("Lundi matin"), _at(monday, MORNING)))
    return tuple(found)


def for_sending(now: datetime | None = None) -> tuple[Moment, ...]:
    """This evening, tomorrow morning, Monday morning, the first morning after the
    school holidays."""
    here = _here(now)
    early = here.time() < time(EVENING.hour - 1)
    zone = schooldays.known()
    return _for_sending(here.date(), early, zone, get_language() or "fr")


@lru_cache(maxsize=16)
def _for_sending(
    today: date, early: bool, _zone: tuple[schooldays.Holidays, ...], _language: str
) -> tuple[Moment, ...]:
    tomorrow = today + timedelta(days=1)
    monday = today + timedelta(days=7 - today.weekday())
    found = []
    if early:
        found.append(_moment(_("Ce soir"), _at(today, EVENING), f"{EVENING:%H:%M}"))
    found.append(_moment(_("Demain à 8 h"), _at(tomorrow, MORNING)))
    if monday != tomorrow:
        found.append(_moment(_("Lundi à 8 h"), _at(monday, MORNING)))
    if holidays := schooldays.after(today):
        back = _at(schooldays.next_worked(holidays.last + timedelta(days=1)), MORNING)
        found.append(_moment(_("À la rentrée"), back, _short_day(back)))
    return tuple(found)


def for_following(now: datetime | None = None) -> tuple[Moment, ...]:
    """In two days, in a week, in two weeks, at the beginning of a day of work."""
    return _for_following(_here(now).date(), get_language() or "fr")


@lru_cache(maxsize=16)
def _for_following(today: date, _language: str) -> tuple[Moment, ...]:
    words = ((2, _("Dans deux jours")), (7, _("Dans une semaine")))
    found = []
    for days, label in (*words, (14, _("Dans deux semaines"))):
        day = today + timedelta(days=days)
        if day.weekday() >= _SATURDAY:
            day += timedelta(days=7 - day.weekday())
        at = _at(day, MORNING)
        found.append(_moment(label, at, _short_day(at)))
    return tuple(found)


def chosen(value: str) -> tuple[Moment, ...]:
    """The choice that stands for a date of one's own; none for what is no such date."""
    try:
        at = timezone.localtime(parsed(value), PARIS)
    except InputRefused:
        return ()
    return (_moment(_("À la date choisie"), at, _short_day(at)),)


def parsed(value: str, now: datetime | None = None) -> datetime:
    """What a form sent (2026-11-24T18:00, hours of Paris). Raises InputRefused for what
    is no hour, is past, or is so far that nobody means it."""
    at, here = _read(value), now or timezone.now()
    if at is None:
        raise InputRefused(_("Indiquez une date et une heure."))
    if at <= here:
        raise InputRefused(_("Cette heure est passée : choisissez-en une à venir."))
    if at > here + LATEST:
        raise InputRefused(_("Choisissez une date dans les deux ans."))
    return at


def _read(value: str) -> datetime | None:
    try:
        found = parse_datetime(value)
        if found is None or found.tzinfo is not None:
            return None
        return found.replace(tzinfo=PARIS).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def shown(at: datetime) -> str:
    """«mardi 24 novembre à 18 h 00», for a sentence in the language of the page."""
    return date_format(timezone.localtime(at, PARIS), _("l j F \\à G\u00a0\\h\u00a0i"))


def dated(at: datetime) -> str:
    """«lundi 30 novembre 2026 à 8 h 00»: what one may have to prove."""
    return date_format(
        timezone.localtime(at, PARIS), _("l j F Y \\à G\u00a0\\h\u00a0i")
    )


def near(at: datetime, now: datetime | None = None) -> str:
    """«mardi 8 h 00» for a button; with the date when that is a week away."""
    day = timezone.localtime(at, PARIS)
    if (day.date() - _here(now).date()).days < 7:
        return date_format(day, _("l G\u00a0\\h\u00a0i"))
    return date_format(day, _("l j F G\u00a0\\h\u00a0i"))


def lasting(time: timedelta) -> str:
    """«42 minutes», «3 heures», «2 jours»."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    if (hours := minutes // 60) < 48:
        return ngettext("%(n)s heure", "%(n)s heures", hours) % {"n": hours}
    return ngettext("%(n)s jour", "%(n)s jours", hours // 24) % {"n": hours // 24}


def _short(at: datetime) -> str:
    """«mer. 08:00» for a menu."""
    day = date_format(at, "D")
    dot = "." if get_language() != "en" else ""
    return f"{day.lower().rstrip('.') if dot else day}{dot} {at:%H:%M}"


def _short_day(at: datetime) -> str:
    """«26 nov.»."""
    return date_format(at, _("j N"))


def typed(at: datetime) -> str:
    """As a field of a form holds it."""
    return f"{timezone.localtime(at, PARIS):%Y-%m-%dT%H:%M}"


def _here(now: datetime | None) -> datetime:
    return timezone.localtime(now or timezone.now(), PARIS)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, PARIS)


def _moment(label: str, at: datetime, told: str = "") -> Moment:
    return Moment(label, told or _short(at), typed(at))
