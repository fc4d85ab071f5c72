"""Hostile files and messages in messages: looked at in every way that a page offers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import letters
from tests.attacks import payloads
from tests.attacks.conftest import Reader
from tests.attacks.test_display import fill
from tests.attacks.test_floods import MEMORY_MAX, memory
from tests.mail.views.test_previews import parcel

# what they are made of, asked as a page asks it
_PARTS = """() => [...document.querySelectorAll("file-gallery a[download]")]
  .map((link) => link.href)"""
_STATUS = """async (url) => {
  const answer = await fetch(url);
  await answer.blob();
  return answer.status;
}"""
MADE = ("vignette/", "image/", "son/", "pdf/", "contenu/", "message/")


def ask(reader: Reader, uid: int, name: str) -> None:
    """Files under every address there is, whether a page leads there or not."""
    for url in dict.fromkeys(reader.page.evaluate(_PARTS)):
        for rest in MADE if "/pieces/" in url and not url.endswith("pieces/") else ():
            status = reader.page.evaluate(_STATUS, url + rest)
            if status not in {200, 404, 413}:
                reader.faults.append(f"{name}: {rest} answered {status}")
    reader.watch.faults.clear()
    zipped = reader.page.evaluate(_STATUS, reader.message(uid, "pieces/"))
    if zipped not in {200, 404}:
        reader.faults.append(f"{name}: zip answered {zipped}")
    reader.watch.faults.clear()


@pytest.mark.parametrize("kind", payloads.CLASSES)
def test_no_file_runs_loads_or_covers_ours(reader: Reader, kind: str) -> None:
    open_all(reader, fill(reader, payloads.displayed(kind)))


@pytest.mark.corpora
def test_no_calendar_or_card_does(reader: Reader) -> None:
    """Those beside the repository, each as a file of a message."""
    names = fill(reader, payloads.displayed("ics"))
    for path in payloads.files("ics", "vcard"):
        kind = "text/calendar" if path.suffix == ".ics" else "text/vcard"
        message = parcel((path.name, kind, path.read_bytes()))
        names[reader.box.deliver(message)] = path.name
    open_all(reader, names)


def open_all(reader: Reader, names: dict[int, str]) -> None:
    workers = memory(reader.site)
    for uid, name in names.items():
        reader.look(uid, name)
        reader.look_into(name)
        reader.page.goto(reader.message(uid))
        ask(reader, uid, name)
    assert reader.faults == []
    after = memory(reader.site)
    assert after.keys() == workers.keys(), "a worker died"
    assert max(after.values()) < MEMORY_MAX


def test_all_hostile_files_are_listed(reader: Reader) -> None:
    fill(reader, payloads.displayed("attachment"))
    inbox = f"/courrier/{reader.address}/INBOX/pieces/"
    reader.open(reader.url(inbox), "the files of the folder")
    reader.open(reader.url(f"/pieces/{reader.address}/"), "the files of the mailbox")
    assert reader.page.locator(".files__row").count() > 0
    assert reader.faults == []


@pytest.mark.parametrize(
    "path", letters.own("hostile/attachment"), ids=lambda p: p.stem
)
def test_a_gallery_shows_no_more_than_the_page(reader: Reader, path: Path) -> None:
    uid = reader.box.deliver(letters.read(path))
    reader.open(reader.message(uid), path.stem)
    for link in reader.page.locator("a[data-preview]").all():
        link.click()
        reader.page.locator("dialog[open]").wait_for()
        reader.page.keyboard.press("Escape")
    assert [f for f in reader.watch.faults if not f.startswith("404:")] == []
    assert reader.faults == []
