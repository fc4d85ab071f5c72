"""People who write while everything is killed.

They click until they are answered, twice at once, once more later; some choose an hour,
some take it back.
"""

from __future__ import annotations

import random
import re
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bench.browser import Browser, Reply
from stack.people import Person
from tests.stack.boxes import Box

HOST = "messagerie.localhost"
PATIENCE = 60.0
# messages that are written at the same time
WRITING = 16
_ARTICLE = re.compile(
    r'<article class="outgoing" id="outgoing-([0-9a-f-]{36})"(.*?)</p>', re.S
)
ENDED = {"Annulé", "Échec", "Issue inconnue", "Envoyé"}
_BADGE = re.compile(r'class="badge[^"]*">([^<]+)<')


@dataclass
class Sent:
    """What somebody did about one message, and what they were told."""

    number: int
    kind: str
    accepted: bool = False
    undone: bool = False
    refused: bool = False
    uncertain: bool = False
    clicks: int = 0
    # of the last answer to a click; 0: none came
    status: int = 0

    @property
    def subject(self) -> str:
        return f"Essai numero {self.number} fin"

    @property
    def to(self) -> str:
        return f"m{self.number}@parents.test"


@dataclass
class Writer:
    person: Person
    box: Box
    port: int
    kinds: tuple[str, ...]
    sent: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._cookies: dict[str, str] = {}

    def sign_in(self) -> None:
        browser = Browser(HOST, self.port)
        browser.sign_in(self.person.uid, self.person.password)
        reply = browser.get(f"/envois/{self.person.address}/")
        assert reply.status == 200, reply
        self._cookies = browser.cookies
        browser.close()

    def write(self, number: int) -> None:
        chance = random.Random(number)
        sent = Sent(number, self.kinds[number % len(self.kinds)])
        self.sent.append(sent)
        fields = [
            ("token", uuid.uuid4().hex),
            ("to", sent.to),
            ("subject", sent.subject),
            ("text", f"Texte {number}"),
        ]
        if sent.kind.startswith("later"):
            fields.append(("at", _soon(chance.randint(61, 110))))
        elif sent.kind == "now":
            fields.append(("at", _soon(2 * 24 * 3600)))
        if sent.kind == "twice":
            second = threading.Thread(target=self._click, args=(replace(sent), fields))
            second.start()
            self._click(sent, fields)
            second.join()
            self._click(sent, fields)
        else:
            self._click(sent, fields)
        if sent.accepted and "undo" in sent.kind:
            time.sleep(chance.random() * 2.5)
            self._undo(sent)
        elif sent.accepted and sent.kind == "now":
            self._send_now(sent)

    def _click(self, sent: Sent, fields: list[tuple[str, str]]) -> None:
        """Until it is accepted, or nobody would click any more."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            sent.clicks += 1
            reply = self._post(f"/ecrire/{self.person.address}/", fields)
            sent.status = reply.status if reply else 0
            if sent.status == 303:
                sent.accepted = True
                return
            time.sleep(0.4)

    def _undo(self, sent: Sent) -> None:
        # the same to the end: of two attempts to send it one is under way
        pk, end = self._known(sent), time.monotonic() + PATIENCE
        while pk and time.monotonic() < end:
            reply = self._post(f"/envois/{self.person.address}/{pk}/annulation/", [])
            if reply is None or reply.status >= 500:
                sent.uncertain = True
                time.sleep(0.4)
                continue
            sent.undone = reply.status == 303
            sent.refused = reply.status == 409
            return

    def _send_now(self, sent: Sent) -> None:
        """What was put off leaves at once."""
        pk, end = self._known(sent), time.monotonic() + PATIENCE
        while pk and time.monotonic() < end:
            reply = self._post(f"/envois/{self.person.address}/{pk}/depart/", [])
            if reply is not None and reply.status in {303, 409}:
                return
            time.sleep(0.4)

    def _known(self, sent: Sent) -> str | None:
        """The message as the page of the outbox shows it."""
        for _ in range(40):
            page = self._get(f"/envois/{self.person.address}/")
            if page is not None and page.status == 200:
                mine = [
                    (pk, head) for pk, head in articles(page) if sent.subject in head
                ]
                # one that is under way before one that came to nothing
                mine.sort(key=lambda one: badge(one[1]) in ENDED)
                return mine[0][0] if mine else None
            time.sleep(0.4)
        return None

    def shown(self) -> dict[str, str]:
        """{row: what its badge says} on the page of the outbox."""
        page = self._get(f"/envois/{self.person.address}/")
        assert page is not None
        assert page.status == 200, page.status
        return {pk: badge(head) for pk, head in articles(page)}

    def _post(self, path: str, fields: list[tuple[str, str]]) -> Reply | None:
        browser = self._browser()
        try:
            return browser.post(path, fields)
        except (OSError, EOFError, ValueError):
            return None
        finally:
            browser.close()

    def _get(self, path: str) -> Reply | None:
        browser = self._browser()
        try:
            return browser.get(path)
        except (OSError, EOFError, ValueError):
            return None
        finally:
            browser.close()

    def _browser(self) -> Browser:
        return Browser(HOST, self.port, cookies=dict(self._cookies))


def articles(page: Reply) -> list[tuple[str, str]]:
    """[(row, its head)] of the page of the outbox."""
    return _ARTICLE.findall(page.text)


def badge(head: str) -> str:
    word: str = _BADGE.findall(head)[0]
    return word.strip()


def _soon(seconds: int) -> str:
    at = datetime.now(ZoneInfo("Europe/Paris")) + timedelta(seconds=seconds)
    return f"{at:%Y-%m-%dT%H:%M}"


def write_all(writers: list[Writer], count: int) -> None:
    """Each message by one of them, several at once."""
    with ThreadPoolExecutor(WRITING) as threads:
        list(threads.map(lambda n: writers[n % len(writers)].write(n), range(count)))
