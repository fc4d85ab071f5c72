"""The documents of message frames that are kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mail import headers
from mail.messages import Message, Part
from mail.views import frames
from mail.views.frames import Frame, Opening, Shelf

PART = Part("1", "text/html", "utf-8")
KEY = ("imarchand@ac-poitiers.test", "INBOX", 1, 7, False, "")


@pytest.fixture(autouse=True)
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    empty = Shelf(10_000)
    monkeypatch.setattr(frames, "shelf", empty)
    return empty


def opening(*, images: bool = False) -> Opening:
    return Opening(KEY[0], KEY[1], KEY[3], images)


def message(uidvalidity: int = 1) -> Message:
    at, header = datetime(2026, 9, 1, tzinfo=UTC), headers.parse(b"")
    return Message("INBOX", 7, uidvalidity, frozenset(), at, 10, header, PART)


def test_a_part_is_cleaned_once() -> None:
    first = opening().frame(message(), PART, b"<b>un</b>")
    later = opening()
    assert later.known(1) == {"1"}
    assert later.frame(message(), PART, b"") == first
    assert "<b>un</b>" in first.document


def test_another_uidvalidity_is_another_message() -> None:
    opening().frame(message(), PART, b"un")
    assert not opening().known(2)


def test_without_uidvalidity_nothing_is_kept() -> None:
    opening().frame(message(0), PART, b"un")
    assert not opening().known(0)


def test_consent_to_images_has_frames_of_its_own() -> None:
    asked = opening()
    asked.frame(message(), PART, b'<img src="https://a.test/x.png">')
    assert asked.blocked == 1
    assert not opening(images=True).known(1)


def test_the_text_of_a_refused_part_is_asked_again() -> None:
    deep = b"<div>" * 5_000
    assert opening().frame(message(), PART, deep).refused
    later = opening()
    assert not later.known(1)
    assert later.frame(message(), PART, b"").refused


def test_the_shelf_is_bounded() -> None:
    small = Shelf(100)
    for uid in range(5):
        small.put((*KEY[:3], uid, False, ""), "1", Frame("x" * 40))
    kept = [uid for uid in range(5) if small.get((*KEY[:3], uid, False, ""))]
    assert kept == [3, 4]


def test_a_frame_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(100)
    shelf.put(KEY, "1", Frame("x"))
    assert shelf.get(KEY)
    monkeypatch.setattr(frames, "KEPT_SECONDS", -1.0)
    assert not shelf.get(KEY)
    monkeypatch.undo()
    assert not shelf.get(KEY)
