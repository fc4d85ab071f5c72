"""Hostile messages of every class, opened in a browser."""

from __future__ import annotations

import pytest

from tests import letters
from tests.attacks import payloads
from tests.attacks.conftest import CONSENT, Reader
from tests.attacks.workers import workers_live
from tests.mail.views.test_previews import parcel

# those whose payload may also sit in what is quoted
QUOTED = {"xss-html", "xss-svg-math", "mxss", "header-xss", "xss-plaintext"}


@pytest.mark.parametrize("kind", payloads.CLASSES)
def test_nothing_runs_loads_or_covers_ours(reader: Reader, kind: str) -> None:
    own = {path.stem for path in letters.own(f"hostile/{kind}")}
    names = reader.receive(payloads.displayed(kind))
    assert own
    for number in range(1, len(names) // 50 + 2):
        page = f"/courrier/{reader.address}/INBOX/?page={number}"
        reader.open(reader.url(page), f"list {number}")
    with workers_live(reader.site):
        for uid, name in names.items():
            open_everything(reader, uid, name)
            if kind in QUOTED:
                reader.open(reader.answer(uid), f"{name} answered")
            if name in own:
                reader.open(reader.message(uid, "impression/"), f"{name} printed")
    assert reader.faults == []
    assert reader.answered
    if kind == "attachment":
        assert reader.shown["apercu"] >= 3
        assert reader.answered[200] > 10


def open_everything(reader: Reader, uid: int, name: str) -> None:
    """The message, and its files in every way that a page offers and others."""
    reader.look(uid, name)
    reader.ask(uid, name)
    reader.look_into(name)


@pytest.mark.corpora
def test_no_calendar_or_card_does(reader: Reader) -> None:
    """Those beside the repository, each as a file of a message."""
    names = reader.receive(payloads.displayed("ics"))
    for path in payloads.files("ics", "vcard"):
        kind = "text/calendar" if path.suffix == ".ics" else "text/vcard"
        message = parcel((path.name, kind, path.read_bytes()))
        names[reader.box.deliver(message)] = path.name
    with workers_live(reader.site):
        for uid, name in names.items():
            open_everything(reader, uid, name)
    assert reader.faults == []
    assert reader.answered[200] >= len(payloads.files("ics", "vcard"))


def test_after_consent_only_the_proxy_is_asked(reader: Reader) -> None:
    names = reader.receive(payloads.displayed("remote-leak"))
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
