"""Messages that are made to exhaust: each page answers in time, the processes live and
stay small, and somebody else at work notices nothing."""

from __future__ import annotations

import runpy
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser

from stack.people import Person
from tests import letters
from tests.attacks import payloads
from tests.attacks.conftest import SECONDS_MAX, Reader
from tests.attacks.workers import workers_live
from tests.journeys.site import DOORS, Site

MAKER = payloads.SHARED / "make_dos.py"

_FETCH = """async (url) => {
  const answer = await fetch(url);
  await answer.blob();
  return answer.status;
}"""


@dataclass
class Innocent:
    """Somebody who looks at their list again and again."""

    url: str
    host: str
    cookie: str
    took: list[float] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        headers = {"Cookie": f"session={self.cookie}", "Host": self.host}
        while not self.ended.wait(0.05):
            begin = time.monotonic()
            request = urllib.request.Request(self.url, headers=headers)
            with urllib.request.urlopen(request, timeout=30) as answer:
                assert answer.status == 200
                answer.read()
            self.took.append(time.monotonic() - begin)


def session_of(site: Site, browser: Browser, person: Person) -> str:
    context = browser.new_context()
    page = context.new_page()
    page.goto(site.url("nominative", "/connexion/"))
    page.get_by_label("Identifiant ou adresse", exact=True).fill(person.uid)
    page.get_by_label("Mot de passe", exact=True).fill(person.password)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    [found] = [c["value"] for c in context.cookies() if c["name"] == "session"]
    context.close()
    return found


@pytest.fixture
def innocent(
    site: Site, browser: Browser, make_person: Callable[[], Person]
) -> Iterator[Innocent]:
    person = make_person()
    path = f"/courrier/{person.address}/"
    found = Innocent(
        f"http://127.0.0.1:{site.port}{path}",
        f"{DOORS['nominative']}:{site.port}",
        session_of(site, browser, person),
    )
    thread = threading.Thread(target=found.work)
    thread.start()
    yield found
    found.ended.set()
    thread.join(30)


def suffer(reader: Reader, uid: int, name: str) -> None:
    """Everything that one does with a message."""
    reader.open(reader.message(uid), name)
    reader.look_into(name)
    reader.open(reader.answer(uid), f"{name} answered")
    begin = time.monotonic()
    status = reader.page.evaluate(_FETCH, reader.message(uid, "source/?telecharger"))
    if status != 200 or time.monotonic() - begin > SECONDS_MAX:
        reader.faults.append(f"{name}: source {status}")


def endure(reader: Reader, innocent: Innocent, flood: dict[str, bytes]) -> None:
    assert flood
    with workers_live(reader.site):
        for name, message in flood.items():
            suffer(reader, reader.box.deliver(message), name)
        # all of them beside each other
        inbox = f"/courrier/{reader.address}/INBOX/"
        for number in range(1, len(flood) // 50 + 2):
            reader.open(reader.url(f"{inbox}?page={number}"), f"list {number}")
        # in subjects: the first search in texts waits for the server to index them
        reader.open(reader.url(f"{inbox}?q=fond&dans=objet"), "a search")
    assert reader.faults == []
    assert max(innocent.took) < SECONDS_MAX
    assert statistics.median(innocent.took) < 1


def test_floods_are_endured(reader: Reader, innocent: Innocent) -> None:
    flood = {name: make() for name, make in payloads.FLOODS.items()}
    own = {path.stem: letters.read(path) for path in letters.own("hostile/dos")}
    endure(reader, innocent, flood | own)


@pytest.mark.corpora
def test_kept_floods_are_endured(reader: Reader, innocent: Innocent) -> None:
    flood = {path.stem: letters.read(path) for path in payloads.displayed("dos")}
    endure(reader, innocent, flood)


@pytest.mark.corpora
def test_made_floods_are_endured(reader: Reader, innocent: Innocent) -> None:
    made: dict[str, Callable[[], bytes | str]] = runpy.run_path(str(MAKER))["FILES"]
    flood = {}
    for name, make in made.items():
        if name.startswith("dos/"):
            data = make()
            flood[name] = data if isinstance(data, bytes) else data.encode()
    endure(reader, innocent, flood)
