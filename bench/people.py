"""Who is measured: one person with large folders, and a crowd for the load.

Their mailboxes are kept in .bench/ between runs; only what is missing is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import ldap
from imapclient import IMAPClient

from bench import letters, seeding
from bench.browser import Browser
from bench.load import Visitor
from bench.operations import LIST, Bench
from bench.seeding import Box
from stack import Stack, cast, directory
from stack.people import Person

HOST = "messagerie.localhost"
NEWSLETTERS = "Lettres"
EXCHANGES = "Conversations"
EXCHANGES_COUNT = 60
MOVES = "Tri"
NEWSLETTERS_COUNT = 60
MOVES_COUNT = 120
# more than in the first pass: its commands are replayed while the folder runs empty
MOVES_TIMED = 300
INBOX_COUNT = 400
PASSWORD = "Mesure-du-site-2026"
_OURS = "(|(uid=mesure*)(uid=veille*))"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the directory, by their login."""

    uid: str
    address: str
    password: str = PASSWORD


@dataclass(frozen=True, slots=True)
class Crowd:
    measured: Account
    visitors: tuple[Account, ...]


def folder_of(size: int) -> str:
    return f"Dossier {size}"


def threads_of(size: int) -> str:
    """A folder of exchanges."""
    return f"Fils {size}"


def prepare(stack: Stack, sizes: Iterable[int], visitors: int) -> Crowd:
    """Everybody in the directory, with their mail."""
    people = [_person(number) for number in range(visitors + 1)]
    _register(stack, people)
    accounts = [Account(person.uid, person.address) for person in people]
    _fill_measured(_box(stack, accounts[0]), sizes)
    for account in accounts[1:]:
        box = _box(stack, account)
        seeding.fill(box, "INBOX", INBOX_COUNT, letters.text)
        box.close()
    return Crowd(accounts[0], tuple(accounts[1:]))


def watched(stack: Stack, count: int) -> tuple[Account, ...]:
    """Others, whose mailboxes are only watched."""
    people = [_person(number, "veille") for number in range(count)]
    _register(stack, people)
    return tuple(Account(person.uid, person.address) for person in people)


def _person(number: int, kind: str = "mesure") -> Person:
    return Person(
        uid=f"{kind}{number:03}",
        given="Essai",
        surname=f"{kind.title()}{number:03}",
        title="ENS",
        school=cast.COLLEGE,
        numen=f"86E26{kind[:3].upper()}{number:05}",
        password=PASSWORD,
    )


def _register(stack: Stack, people: list[Person]) -> None:
    """Add those whom the directory does not know yet."""
    with directory.opened(stack.layout) as connection:
        found = connection.search_s(
            directory.BASE_DN, ldap.SCOPE_SUBTREE, _OURS, ["uid"]
        )
    known = {held["uid"][0].decode() for _dn, held in found}
    missing = [person for person in people if person.uid not in known]
    directory.add(stack.layout, map(directory.person_entry, missing))


def _box(stack: Stack, account: Account) -> Box:
    environment = stack.environment
    service = environment["IMAP_SERVICE_USER"], environment["IMAP_SERVICE_PASSWORD"]
    return Box(stack.ports["imap"], account.uid, service)


def _fill_measured(box: Box, sizes: Iterable[int]) -> None:
    seeding.fill(box, "INBOX", INBOX_COUNT, letters.text)
    for size in sizes:
        seeding.fill(box, folder_of(size), size, letters.text)
        seeding.fill(box, threads_of(size), size, letters.answer)
    seeding.fill(box, EXCHANGES, 8 * EXCHANGES_COUNT, letters.exchanged)
    seeding.fill(box, "Sent", 4 * EXCHANGES_COUNT, letters.sent)
    seeding.fill(box, NEWSLETTERS, NEWSLETTERS_COUNT, letters.newsletter)
    seeding.fill(box, MOVES, MOVES_COUNT, letters.text)
    # what earlier runs moved and sent
    for folder in ("Trash", "Programm&AOk-s", "Drafts"):
        seeding.empty(box, folder)
    box.close()


def refill(stack: Stack, who: Account) -> None:
    """Before the timed pass: messages to move."""
    box = _box(stack, who)
    seeding.fill(box, MOVES, MOVES_TIMED, letters.text)
    box.close()


def unread(stack: Stack, who: Account) -> None:
    """Before somebody reads at a screen: as if nobody had yet."""
    box = _box(stack, who)
    box.ask("SELECT INBOX")
    box.ask("STORE 1:* -FLAGS.SILENT (\\Seen)")
    box.close()


def open_bench(port: int, stack: Stack, who: Account, folders: Iterable[str]) -> Bench:
    """Signed in over HTTP, and by imapclient beside it."""
    raw, listing = _raw(stack, who), _raw(stack, who)
    uids = {}
    for folder in folders:
        raw.select_folder(folder)
        uids[folder] = sorted(raw.search())
    first = next(iter(uids))
    listing.select_folder(first)
    newest = uids[first][-50:]
    browser = signed_in(port, who)
    return Bench(
        browser,
        raw,
        who.address,
        who.uid,
        uids,
        raw_list=lambda: listing.fetch(newest, LIST),
    )


def _raw(stack: Stack, who: Account) -> IMAPClient:
    environment = stack.environment
    client = IMAPClient("127.0.0.1", stack.ports["imap"], ssl=False)
    client.plain_login(
        environment["IMAP_SERVICE_USER"],
        environment["IMAP_SERVICE_PASSWORD"],
        who.uid,
    )
    return client


def signed_in(port: int, who: Account) -> Browser:
    browser = Browser(HOST, port)
    reply = browser.sign_in(who.uid, who.password)
    if reply.status != 302:
        raise SystemExit(f"{who.uid} cannot sign in: {reply.status}")
    return browser


def sign_in_all(stack: Stack, port: int, accounts: Iterable[Account]) -> list[Visitor]:
    """The crowd, each with the UIDs of their inbox."""
    visitors = []
    for account in accounts:
        box = _box(stack, account)
        uids = box.uids("INBOX")
        box.close()
        browser = signed_in(port, account)
        visitors.append(Visitor(browser, account.address, tuple(uids)))
    return visitors
