"""Three tabs and a mail client at random: no message is lost or doubled, and at the end
every screen shows what is on the server."""

from __future__ import annotations

import imaplib
import random
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable

import pytest

from stack.people import Person
from tests.accounts.conftest import Visitor
from tests.live.conftest import Service
from tests.live.screens import Rows, Tab
from tests.mail.imap.conftest import letter
from tests.stack.boxes import Box

pytestmark = [pytest.mark.live, pytest.mark.django_db]
STEPS = 240
# after so many steps everybody stops and looks
ROUND = 48
# how long a screen may differ from the server: the journeys hold it to two, here a busy
# machine runs the client, both tabs and the site in turns
SECONDS = 5.0
FOLDERS = ("INBOX", "Notes")
PLACES = (*FOLDERS, "Trash")
FLAGS = (r"\Seen", r"\Flagged", "$label1")
NOUNS = {"marques", "deplacements", "suppressions", "restaurations"}
MARKS = ("seen", "unseen", "flagged", "unflagged")
_ROW = re.compile(rb"UID (\d+).*FLAGS \(([^)]*)\)|FLAGS \(([^)]*)\).*UID (\d+)")
_ID = re.compile(rb"Message-ID: <([^>]+)>", re.IGNORECASE)


class World:
    """The mailbox, a client that has it open, and the messages that must be there."""

    def __init__(self, chance: random.Random, client: imaplib.IMAP4) -> None:
        self.chance = chance
        self.client = client
        self.alive: set[str] = set()
        self.count = 0

    def deliver(self, folder: str) -> None:
        self.count += 1
        name = f"n{self.count}"
        more = ""
        # an answer to what is there already, now and then
        if self.alive and self.chance.random() < 0.3:
            more = f"References: <{self.chance.choice(sorted(self.alive))}>\r\n"
        self.client.append(folder, "", "", letter(name, more=more))
        self.alive.add(f"{name}@parents.test")

    def uids(self, folder: str) -> list[bytes]:
        self.client.select(folder)
        found: list[bytes] = self.client.uid("SEARCH", "ALL")[1][0].split()
        return found

    def some(self, folder: str) -> str:
        uids = self.uids(folder)
        chosen = self.chance.sample(uids, min(len(uids), self.chance.randint(1, 3)))
        return b",".join(chosen).decode()

    def flag(self, folder: str) -> None:
        if uids := self.some(folder):
            sign, flag = self.chance.choice("+-"), self.chance.choice(FLAGS)
            self.client.uid("STORE", uids, f"{sign}FLAGS", f"({flag})")

    def move(self, folder: str) -> None:
        if uids := self.some(folder):
            self.client.uid("MOVE", uids, self.chance.choice(PLACES))

    def expunge(self, folder: str) -> None:
        if uids := self.some(folder):
            self.alive -= set(self.ids(folder, uids))
            self.client.uid("STORE", uids, "+FLAGS", r"(\Deleted)")
            self.client.uid("EXPUNGE", uids)

    def ids(self, folder: str, uids: str = "1:*") -> list[str]:
        self.client.select(folder)
        items = "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        data = self.client.uid("FETCH", uids, items)[1]
        raw = b"".join(part[1] for part in data if isinstance(part, tuple))
        return [found.decode() for found in _ID.findall(raw)]

    def rows(self, folder: str) -> Rows:
        self.client.select(folder)
        rows: Rows = {}
        for line in self.client.uid("FETCH", "1:*", "(UID FLAGS)")[1]:
            if isinstance(line, bytes) and (match := _ROW.search(line)):
                uid, flags = match[1] or match[4], match[2] or match[3] or b""
                rows[int(uid)] = (rb"\Seen" not in flags, rb"\Flagged" in flags)
        return rows

    def everything(self) -> list[str]:
        return sorted(name for place in PLACES for name in self.ids(place))


def by_client(world: World) -> None:
    folder = world.chance.choice(FOLDERS)
    # few enough for one page of the list
    acts = [world.flag, world.flag, world.move, world.expunge]
    acts += [world.deliver] * (3 if len(world.alive) < 40 else 0)
    world.chance.choice(acts)(folder)


def by_tab(world: World, tab: Tab) -> None:
    chance = world.chance
    shown = list(tab.rows)
    uids = chance.sample(shown, min(len(shown), chance.randint(1, 3)))
    act = chance.choice(("mark", "mark", "move", "delete", "undo"))
    if act == "undo" and tab.undo:
        tab.act("restaurations", [], token=tab.undo.pop())
    elif uids and act == "mark":
        tab.act("marques", uids, mark=chance.choice(MARKS))
    elif uids and act == "move":
        tab.act("deplacements", uids, to=chance.choice(PLACES))
    elif uids and act == "delete":
        tab.act("suppressions", uids)


def settle(world: World, tabs: list[Tab]) -> None:
    """Every screen becomes what the server has, within the time."""
    end = time.monotonic() + SECONDS
    while True:
        for tab in tabs:
            tab.hear()
        wrong = [tab for tab in tabs if tab.rows != world.rows(tab.folder)]
        if not wrong:
            return
        shown = [(tab.folder, tab.rows, world.rows(tab.folder)) for tab in wrong]
        assert time.monotonic() < end, shown
        time.sleep(0.02)


def signed_in(person: Person) -> Visitor:
    visitor = Visitor()
    assert visitor.sign_in(person).status_code == 302
    return visitor


def opened(service: Service, person: Person) -> list[Tab]:
    """Two tabs of one visit, and one of another on the same folder."""
    first, second = signed_in(person), signed_in(person)
    tabs = []
    for visitor, folder in ((first, "INBOX"), (first, "Notes"), (second, "INBOX")):
        stream = service.listen(person.uid, folder=folder)
        stream.watched()
        tabs.append(Tab(visitor, person.address, folder, stream))
    return tabs


def walk(world: World, tabs: list[Tab]) -> None:
    for step in range(STEPS):
        if world.chance.random() < 0.5:
            by_client(world)
        else:
            by_tab(world, world.chance.choice(tabs))
        if world.chance.random() < 0.3:
            world.chance.choice(tabs).hear()
        if step % ROUND == ROUND - 1:
            settle(world, tabs)
            assert world.everything() == sorted(world.alive)


@pytest.mark.parametrize("given", [20261124, None], ids=["kept", "drawn"])
def test_tabs_and_a_client_always_end_equal(
    given: int | None,
    service: Service,
    person: Person,
    mailbox_of: Callable[[Person], Box],
) -> None:
    seed = given or secrets.randbelow(10**9)
    print("seed", seed)
    with mailbox_of(person).opened() as client:
        client.create("Notes")
        world = World(random.Random(seed), client)
        for folder in FOLDERS * 8:
            world.deliver(folder)
        tabs = opened(service, person)
        walk(world, tabs)
    # what was refused each time would prove nothing
    done = sum((tab.done for tab in tabs), Counter[str]())
    assert set(done) == NOUNS, done
    assert min(done.values()) >= 3, done
