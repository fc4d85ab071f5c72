"""What a calendar in a mail says."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import calendars
from mail.calendars import When
from tests import letters

ICS = letters.SHARED / "attacks" / "ics"


def event(*lines: str) -> calendars.Event:
    text = "\r\n".join(
        ["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"]
    )
    [found] = calendars.read(text).events
    return found


def test_a_meeting_is_read() -> None:
    found = event(
        "SUMMARY:Conseil de clas",
        " se\\, 3e B",
        "DTSTART;TZID=Europe/Paris:20261201T143000",
        "DURATION:PT1H30M",
        'ATTENDEE;CN="Zoé; D.";ROLE=CHAIR:mailto:zoe@mairie.test',
        "RRULE:FREQ=SECONDLY",
    )
    paris = ZoneInfo("Europe/Paris")
    assert found.summary == "Conseil de classe, 3e B"
    assert found.begins == When(
        date(2026, 12, 1), datetime(2026, 12, 1, 14, 30, tzinfo=paris)
    )
    assert found.ends
    assert found.ends.at == datetime(2026, 12, 1, 16, 0, tzinfo=paris)
    assert found.people == ["Zoé; D. <zoe@mairie.test>"]
    assert found.repeats


def test_whole_days_end_on_their_last_day() -> None:
    found = event("DTSTART;VALUE=DATE:20261219", "DTEND;VALUE=DATE:20270104")
    assert (found.begins, found.ends) == (
        When(date(2026, 12, 19)),
        When(date(2027, 1, 3)),
    )


def test_an_unknown_zone_is_nobody_s() -> None:
    found = event("DTSTART;TZID=../../etc/passwd:20261201T143000")
    assert found.begins
    assert found.begins.floating


def test_the_zones_of_windows_are_known() -> None:
    found = event("DTSTART;TZID=Romance Standard Time:20261201T143000")
    assert found.begins
    assert not found.begins.floating


@pytest.mark.parametrize("value", ["", "x", "99999999", "20261301T000000", "00010101"])
def test_a_moment_that_is_none(value: str) -> None:
    assert event(f"DTSTART:{value}").begins is None


def test_alarms_and_zones_change_nothing() -> None:
    found = event("SUMMARY:Oui", "BEGIN:VALARM", "SUMMARY:Non", "END:VALARM")
    assert found.summary == "Oui"


def test_floods_are_bounded() -> None:
    many = "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nEND:VEVENT\n" * 10_000
    assert len(calendars.read(many).events) == calendars.EVENTS_MAX
    crowd = event(*[f"ATTENDEE:mailto:a{n}@b.test" for n in range(5_000)])
    assert len(crowd.people) == calendars.PEOPLE_MAX


@given(st.text(max_size=400))
def test_nothing_raises(text: str) -> None:
    calendars.read(text)
    event(f"DTSTART{text}".replace("\n", " "), f"DURATION:{text}")


@pytest.mark.corpora
@pytest.mark.corpora
def test_hostile_calendars_are_read() -> None:
    for path in sorted(ICS.glob("*.ics")):
        calendars.read(path.read_bytes().decode("utf-8", "replace"))
