"""Hostile files and messages in messages: looked at in every way that a page offers."""

from __future__ import annotations

from tests import letters
from tests.attacks import payloads
from tests.attacks.conftest import Reader


def test_all_hostile_files_are_listed(reader: Reader) -> None:
    reader.receive(payloads.displayed("attachment"))
    inbox = f"/courrier/{reader.address}/INBOX/pieces/"
    reader.open(reader.url(inbox), "the files of the folder")
    reader.open(reader.url(f"/pieces/{reader.address}/"), "the files of the mailbox")
    assert reader.page.locator(".files__row").count() > 0
    assert reader.faults == []


def test_a_gallery_shows_no_more_than_the_page(reader: Reader) -> None:
    shown = 0
    for path in letters.own("hostile/attachment"):
        reader.open(reader.message(reader.box.deliver(letters.read(path))), path.stem)
        for link in reader.page.locator("a[data-preview]").all():
            link.click()
            reader.page.locator("dialog[open]").wait_for()
            reader.page.keyboard.press("Escape")
            shown += 1
        reader.settle(path.stem)
    assert reader.faults == []
    assert shown >= 3
