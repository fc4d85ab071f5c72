"""Calendar objects that travel by mail (iMIP, RFC 6047)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress

from demo.letters.letter import Correspondent

PRODUCT = "-//Convergence//Demo//FR"


def calendar(
    method: str,
    uid: str,
    summary: str,
    start: datetime,
    organizer: Correspondent,
    attendees: Sequence[Correspondent],
    *,
    minutes: int = 60,
    place: str = "",
    status: str = "NEEDS-ACTION",
    private: bool = False,
) -> str:
    """One event; without a method it is a file to import. Times travel in UTC."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", start.astimezone(UTC) - timedelta(days=14))
    event.add("summary", summary)
    event.add("dtstart", start.astimezone(UTC))
    event.add("dtend", start.astimezone(UTC) + timedelta(minutes=minutes))
    event.add("sequence", 0)
    if place:
        event.add("location", place)
    if private:
        event.add("class", "PRIVATE")
    event.add("organizer", _address(organizer))
    for attendee in attendees:
        event.add("attendee", _attendee(attendee, status))
    return _wrapped(event, method)


def _wrapped(event: Event, method: str) -> str:
    held = Calendar()
    held.add("prodid", PRODUCT)
    held.add("version", "2.0")
    if method:
        held.add("method", method)
    if method == "CANCEL":
        event.add("status", "CANCELLED")
    held.add_component(event)
    return bytes(held.to_ical()).decode()


def _address(correspondent: Correspondent) -> vCalAddress:
    found = vCalAddress(f"mailto:{correspondent.address}")
    found.params["CN"] = correspondent.name
    return found


def _attendee(correspondent: Correspondent, status: str) -> vCalAddress:
    found = _address(correspondent)
    found.params["ROLE"] = "REQ-PARTICIPANT"
    found.params["PARTSTAT"] = status
    if status == "NEEDS-ACTION":
        found.params["RSVP"] = "TRUE"
    return found
