"""Hostile messages of every class, opened in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import letters
from tests.attacks import payloads
from tests.attacks.conftest import Reader

HARMLESS = (
    b"From: Parent <p@parents.test>\r\nSubject: Sans danger\r\n"
    b"Content-Type: text/html\r\n\r\n<p>Bonjour</p>\r\n"
)
# those whose payload may also sit in what is quoted
QUOTED = {"xss-html", "xss-svg-math", "mxss", "header-xss", "xss-plaintext"}
CONSENT = "a[href*='?images=']"


def fill(reader: Reader, paths: list[Path]) -> dict[int, str]:
    reader.remember(reader.box.deliver(HARMLESS))
    names = {}
    for path in paths:
        uid = reader.box.deliver(letters.read(path))
        names[uid] = f"{path.parent.name}/{path.stem}"
    return names


@pytest.mark.parametrize("kind", payloads.CLASSES)
def test_nothing_runs_loads_or_covers_ours(reader: Reader, kind: str) -> None:
    names = fill(reader, payloads.displayed(kind))
    own = list(names)[: len(letters.own(f"hostile/{kind}"))]
    assert own
    for number in range(1, len(names) // 50 + 2):
        page = f"/courrier/{reader.address}/INBOX/?page={number}"
        reader.open(reader.url(page), f"list {number}")
    for uid, name in names.items():
        reader.look(uid, name)
        if kind in QUOTED:
            reader.open(reader.answer(uid), f"{name} answered")
        if uid in own:
            reader.open(reader.message(uid, "impression/"), f"{name} printed")
    assert reader.faults == []


def test_after_consent_only_the_proxy_is_asked(reader: Reader) -> None:
    names = fill(reader, payloads.displayed("remote-leak"))
    asked = 0
    for uid, name in names.items():
        reader.page.goto(reader.message(uid))
        consent = reader.page.locator(CONSENT)
        if consent.count():
            target = consent.first.get_attribute("href") or ""
            reader.open(reader.url(target), f"{name} with pictures")
            asked += 1
    # the proxy cannot find the hosts of these pictures
    assert [fault for fault in reader.faults if "/images/" not in fault] == []
    assert asked >= 2


def test_the_watch_sees_what_it_is_for(reader: Reader) -> None:
    """A page that does what a mail may not do is found out."""
    reader.page.evaluate("window.__pwn = 1")
    reader.page.evaluate("setTimeout(() => alert('pwn'))")
    reader.page.evaluate("fetch('http://canary.attacker.test/').catch(() => 0)")
    reader.page.wait_for_timeout(100)
    assert any("canary.attacker.test" in fault for fault in reader.watch.faults)
    assert reader.faults == ["a dialog: pwn"]
