"""A reader of hostile mail in a browser, and a listener that nobody may ask."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from stack.people import Person
from tests import letters
from tests.attacks.listening import Listener
from tests.journeys.site import DOORS, Site
from tests.journeys.watch import Watch
from tests.stack.boxes import Box

SECONDS_MAX = 5.0
_HERE = Path(__file__).parent
_OURS = """() => ({
  marked: window.__pwn || [...document.querySelectorAll("iframe")]
    .some((frame) => frame.contentWindow.__pwn),
  wide: document.scrollingElement.scrollWidth > innerWidth,
  boxes: [...document.querySelectorAll(".reader__bar, nav, body > header, .app-header")]
    .map((element) => {
      const box = element.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const top = document.elementFromPoint(x, y);
      return [element.className || element.tagName, box.x, box.y, box.width, box.height,
        element.contains(top)];
    }),
})"""
_PREVIEWS = """() => [...document.querySelectorAll("file-gallery a[href]")]
  .map((link) => link.href)
  .filter((href) => /\\/(apercu|message|contenu)\\/$/.test(href))"""
CONSENT = "a[href*='?images=']"
_PARTS = """() => [...document.querySelectorAll("file-gallery a[download]")]
  .map((link) => link.href)
  .filter((href) => href.includes("/pieces/") && !href.endsWith("/pieces/"))"""
# file after file, each under all its addresses at once, as a page does
_STATUSES = """async (files) => {
  const found = [];
  const ask = async (url) => {
    const answer = await fetch(url);
    await answer.blob();
    found.push([url, answer.status]);
  };
  for (const urls of files) await Promise.all(urls.map(ask));
  return found;
}"""
# where a file is asked for, whether a page leads there or not
_MADE = ("vignette/", "image/", "son/", "pdf/", "contenu/", "message/")
# refused for its size is an answer
_ANSWERS = {200, 404, 413}
_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error("policy: " + event.violatedDirective + " " + event.blockedURI))"""


_HARMLESS = (
    b"From: Parent <p@parents.test>\r\nSubject: Sans danger\r\n"
    b"Content-Type: text/html\r\n\r\n<p>Bonjour</p>\r\n"
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Behind all that asks Django's database: see the journeys."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@dataclass
class Reader:
    """Somebody who opens whatever comes. `faults`: what a mail has done; `shown`: how
    often which previews were; `answered`: how often which status was given for a file.
    """

    page: Page
    site: Site
    box: Box
    address: str
    watch: Watch
    faults: list[str] = field(default_factory=list)
    shown: Counter[str] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)
    chrome: Any = None

    def url(self, path: str) -> str:
        return self.site.url("nominative", path)

    def message(self, uid: int, rest: str = "") -> str:
        return self.url(f"/courrier/{self.address}/INBOX/{uid}/{rest}")

    def answer(self, uid: int) -> str:
        return self.url(f"/ecrire/{self.address}/INBOX/{uid}/reponse/")

    def open(self, url: str, name: str) -> None:
        """Whatever the page does is a fault of this message."""
        begin = time.monotonic()
        response = self.page.goto(url, wait_until="domcontentloaded")
        took = time.monotonic() - begin
        self.page.wait_for_load_state()
        found = self.page.evaluate(_OURS)
        wrong = self._done()
        if response is None or response.status != 200:
            wrong.append(f"answered {response and response.status}")
        if found["marked"]:
            wrong.append("a script ran")
        if took > SECONDS_MAX:
            wrong.append(f"took {took:.1f} s")
        self.faults += [f"{name}: {fault}" for fault in wrong]

    def settle(self, name: str) -> None:
        """What has happened on the page since it was opened is a fault too."""
        self.faults += [f"{name}: {fault}" for fault in self._done()]

    def _done(self) -> list[str]:
        """What the browser has told since the last time."""
        found = [f for f in self.watch.faults if not f.startswith("404:")]
        self.watch.faults.clear()
        return found

    def look(self, uid: int, name: str) -> None:
        """At the message: what is ours stays as it is without it."""
        self.open(self.message(uid), name)
        found = self.page.evaluate(_OURS)
        if found["wide"] or found["boxes"] != self.chrome:
            self.faults.append(f"{name}: the page is another: {found}")

    def look_into(self, name: str) -> None:
        """Every preview, and every message in the message, that the open page leads
        to."""
        for url in dict.fromkeys(self.page.evaluate(_PREVIEWS)):
            kind = urlsplit(url).path.rsplit("/", 2)[1]
            self.open(url, f"{name} {kind}")
            self.shown[kind] += 1

    def ask(self, uid: int, name: str) -> None:
        """For every file of the open page, under every address there is, and for all
        of them in one."""
        files = dict.fromkeys(self.page.evaluate(_PARTS))
        asked = [[url + rest for rest in _MADE] for url in files]
        statuses = self.page.evaluate(
            _STATUSES, [*asked, [self.message(uid, "pieces/")]]
        )
        self.answered.update(status for _url, status in statuses)
        wrong = [f"{url} answered {n}" for url, n in statuses if n not in _ANSWERS]
        self.faults += [f"{name}: {fault}" for fault in [*wrong, *self._done()]]

    def receive(self, paths: list[Path]) -> dict[int, str]:
        """These messages, after a harmless one; their names."""
        self.remember(self.box.deliver(_HARMLESS))
        return {self.box.deliver(letters.read(path)): path.stem for path in paths}

    def remember(self, uid: int) -> None:
        """How the page looks with a harmless message."""
        self.page.goto(self.message(uid))
        self.chrome = self.page.evaluate(_OURS)["boxes"]
        assert len(self.chrome) >= 2
        assert all(box[-1] for box in self.chrome)


@pytest.fixture(scope="module")
def context(site: Site, browser: Browser) -> Iterator[tuple[BrowserContext, Watch]]:
    ports = site.port, site.live_port
    hosts = frozenset(f"{host}:{port}" for host in DOORS.values() for port in ports)
    watch = Watch(hosts)
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="fr-FR"
    )
    context.add_init_script(_VIOLATIONS)
    watch.over(context)
    yield context, watch
    context.close()


@pytest.fixture
def reader(
    context: tuple[BrowserContext, Watch],
    site: Site,
    person: Person,
    mailbox_of: Callable[[Person], Box],
) -> Iterator[Reader]:
    """A new person, signed in."""
    browser, watch = context
    browser.clear_cookies()
    page = browser.new_page()
    found = Reader(page, site, mailbox_of(person), person.address, watch)
    page.on("dialog", lambda dialog: _heard(found, dialog))
    page.on("crash", lambda _page: found.faults.append("the tab crashed"))
    page.goto(found.url("/connexion/"))
    page.get_by_label("Identifiant ou adresse", exact=True).fill(person.uid)
    page.get_by_label("Mot de passe", exact=True).fill(person.password)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    watch.faults.clear()
    yield found
    page.close()


def _heard(reader: Reader, dialog: Any) -> None:
    reader.faults.append(f"a dialog: {dialog.message}")
    dialog.dismiss()


@pytest.fixture(autouse=True)
def listener() -> Iterator[Listener]:
    """Whatever the site fetches for a mail, it never asks there."""
    found = Listener.on_loopback()
    yield found
    found.stop()
    assert found.heard == []
