"""What is put off comes back at its hour, exactly once, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.access import Grant
from accounts.models import AuditEvent
from convergence.errors import Conflict, InputRefused, MailUnavailable
from mail import claiming, snoozing, waking
from mail.imap.opening import Account, open_store
from mail.imap.pool import pool
from mail.models import Snooze
from mail.store import Store
from tests.doubles.memory_store import MemoryStore
from tests.mail.conftest import Office, later
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy

LETTER = (
    b"Subject: Sortie\r\nFrom: a@mairie.test\r\nMessage-ID: <%d@x.test>\r\n\r\nx\r\n"
)
WAITING = "En attente"
SOON = timedelta(hours=1)


def right(office: Office) -> Grant:
    return Grant(office.user, office.mailbox, "owner")  # type: ignore[arg-type]


@contextmanager
def opened(office: Office) -> Iterator[Store]:
    box = office.mailbox
    with open_store(box.login, box.address, writable=True) as store:
        yield store


def put_off(office: Office, *uids: int, folder: str = "INBOX") -> snoozing.Snoozed:
    at = timezone.now() + SOON
    with opened(office) as store:
        return snoozing.snooze(store, right(office), folder, uids, at)


def states() -> list[str]:
    return list(Snooze.objects.order_by("created_at").values_list("state", flat=True))


def unread(box: Box, folder: str = "INBOX") -> list[int]:
    with box.opened(folder) as client:
        return [int(n) for n in client.uid("SEARCH", "UNSEEN")[1][0].split()]


def test_it_leaves_and_comes_back_unread_and_marked(office: Office) -> None:
    uid = office.box.deliver(LETTER % 1, flags=(r"\Seen", r"\Flagged"))
    assert put_off(office, uid).count == 1
    assert office.box.messages() == []
    assert len(office.box.messages(WAITING)) == 1
    assert waking.wake_due(later(minutes=59)) == 0
    assert waking.wake_due(later(minutes=61)) == 1
    [back] = unread(office.box)
    assert {"$Woken", r"\Flagged"} <= office.box.flags(back)
    assert office.box.messages(WAITING) == []
    assert states() == ["woken"]
    assert waking.wake_due(later(minutes=62)) == 0
    assert AuditEvent.objects.filter(act="snooze.woken").count() == 1


def test_a_second_time_it_is_marked_anew(office: Office) -> None:
    uid = office.box.deliver(LETTER % 1, flags=("$Woken",))
    put_off(office, uid)
    assert "$Woken" not in office.box.flags(1, WAITING)


def test_another_hour_is_chosen_and_taken_back(office: Office) -> None:
    put_off(office, office.box.deliver(LETTER % 1, folder="Sorties"), folder="Sorties")
    row = Snooze.objects.get()
    snoozing.change(row, later(hours=48))
    assert waking.wake_due(later(hours=2)) == 0
    with opened(office) as store:
        assert snoozing.cancel(store, row)
    assert len(office.box.messages("Sorties")) == 1
    assert office.box.messages() == []
    assert states() == ["cancelled"]
    with pytest.raises(Conflict):
        snoozing.change(row, later(hours=3))


def test_one_act_is_taken_back_as_one(office: Office) -> None:
    uids = [office.box.deliver(LETTER % n) for n in range(3)]
    done = put_off(office, *uids)
    with opened(office) as store:
        assert snoozing.cancel_batch(store, office.mailbox, done.batch) == 3
    assert len(office.box.messages()) == 3
    assert waking.wake_due(later(hours=2)) == 0


def test_a_folder_gone_meanwhile_gives_it_to_the_inbox(office: Office) -> None:
    done = put_off(
        office, office.box.deliver(LETTER % 1, folder="Sorties"), folder="Sorties"
    )
    with office.box.opened() as client:
        client.delete("Sorties")
    with opened(office) as store:
        assert snoozing.cancel_batch(store, office.mailbox, done.batch) == 1
    assert len(office.box.messages()) == 1


def test_what_somebody_moved_or_deleted_is_told(office: Office) -> None:
    put_off(office, office.box.deliver(LETTER % 1))
    with office.box.opened(WAITING) as client:
        client.store("1", "+FLAGS", r"(\Deleted)")
        client.expunge()
    assert waking.wake_due(later(hours=2)) == 0
    assert states() == ["gone"]
    assert [row.state for row in snoozing.waiting(office.mailbox)] == ["gone"]


def test_in_the_folder_of_what_waits_the_hour_is_chosen_again(office: Office) -> None:
    put_off(office, office.box.deliver(LETTER % 1))
    uid = office.box.deliver(LETTER % 2, folder=WAITING)
    put_off(office, 1, uid, folder=WAITING)
    assert states() == ["waiting", "waiting"]
    assert waking.wake_due(later(hours=2)) == 2
    assert len(office.box.messages()) == 2


def test_two_copies_come_back_as_two(office: Office) -> None:
    uids = [office.box.deliver(LETTER % 1) for _ in range(2)]
    put_off(office, *uids)
    assert waking.wake_due(later(hours=2)) == 2
    assert len(office.box.messages()) == 2


def test_what_nothing_would_find_again_is_refused(office: Office) -> None:
    uid = office.box.deliver(b"Subject: x\r\n\r\nx\r\n")
    with pytest.raises(InputRefused):
        put_off(office, uid)
    assert len(office.box.messages()) == 1
    assert not Snooze.objects.exists()


def test_what_is_gone_is_not_put_off(office: Office) -> None:
    assert put_off(office, 999).count == 0
    assert not Snooze.objects.exists()


def test_a_server_that_is_away_only_delays(
    office: Office, proxy: Proxy, settings: Settings
) -> None:
    put_off(office, office.box.deliver(LETTER % 1))
    pool.close()
    settings.IMAP_PORT = proxy.port
    proxy.down = True
    assert waking.wake_due(later(hours=2)) == 0
    assert states() == ["waiting"]
    proxy.down = False
    assert waking.wake_due(later(hours=2)) == 0
    assert waking.wake_due(later(hours=3)) == 1
    pool.close()


@pytest.mark.parametrize("verb", [b"UID STORE", b"UID MOVE"])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("hidden", [set(), {b"MOVE"}])
def test_a_line_cut_at_any_command_doubles_and_loses_nothing(
    office: Office,
    proxy: Proxy,
    settings: Settings,
    verb: bytes,
    after: bool,
    hidden: set[bytes],
) -> None:
    put_off(office, office.box.deliver(LETTER % 1))
    pool.close()
    settings.IMAP_PORT = proxy.port
    proxy.hidden = hidden
    proxy.cut(verb.replace(b"MOVE", b"COPY") if hidden else verb, after=after)
    for hours in (2, 3, 4):
        waking.wake_due(later(hours=hours))
    pool.close()
    assert states() == ["woken"]
    assert len(unread(office.box)) == 1
    assert office.box.messages(WAITING) == []


def test_a_line_cut_while_putting_off_loses_no_row(
    office: Office, proxy: Proxy, settings: Settings
) -> None:
    uid = office.box.deliver(LETTER % 1)
    pool.close()
    settings.IMAP_PORT = proxy.port
    proxy.cut(b"UID MOVE", after=True)
    with pytest.raises(MailUnavailable):
        put_off(office, uid)
    pool.close()
    assert len(office.box.messages(WAITING)) == 1
    assert states() == ["moving"]
    waking.wake_due(later(minutes=3))
    assert waking.wake_due(later(hours=2)) == 1
    assert len(unread(office.box)) == 1
    pool.close()


def test_another_copy_in_the_inbox_costs_no_message(office: Office) -> None:
    put_off(office, office.box.deliver(LETTER % 1))
    office.box.deliver(LETTER % 1, flags=("$Woken",))
    Snooze.objects.update(attempts=1)
    assert waking.wake_due(later(hours=2)) == 1
    assert len(office.box.messages()) == 2


def test_of_two_copies_one_gets_another_hour(office: Office) -> None:
    uids = [office.box.deliver(LETTER % 1, folder="Sorties") for _ in range(2)]
    put_off(office, *uids, folder="Sorties")
    again = put_off(office, 1, folder=WAITING)
    assert states() == ["waiting", "waiting"]
    with opened(office) as store:
        assert snoozing.cancel_batch(store, office.mailbox, again.batch) == 1
    assert len(office.box.messages("Sorties")) == 1
    assert waking.wake_due(later(hours=2)) == 1


def test_a_mailbox_that_failed_for_long_waits_behind_the_others(office: Office) -> None:
    uids = [office.box.deliver(LETTER % n) for n in range(2)]
    put_off(office, *uids)
    failing, new = Snooze.objects.order_by("uid")
    at = later(hours=2)
    ago = at - timedelta(minutes=5)
    Snooze.objects.filter(pk=failing.pk).update(attempts=100, claimed_at=ago)
    assert list(waking._due(at)) == [new]
    assert list(waking._due(at + timedelta(hours=1))) == [new, failing]
    Snooze.objects.filter(pk=failing.pk).update(attempts=claiming.ATTEMPTS_MAX)
    assert list(waking._due(at + timedelta(hours=1))) == [new]


def test_what_fails_in_an_unforeseen_way_stops_no_other(office: Office) -> None:
    put_off(office, *(office.box.deliver(LETTER % n) for n in range(2)))
    asked: list[Account] = []

    def opener(mailbox: Account) -> Any:
        asked.append(mailbox)
        if len(asked) == 1:
            raise ValueError
        return opened(office)

    assert waking.wake_due(later(hours=2), opener) == 1


def test_two_workers_never_take_the_same_row(office: Office) -> None:
    put_off(office, office.box.deliver(LETTER % 1))
    first, second = Snooze.objects.get(), Snooze.objects.get()
    assert waking.claim(first, later())
    assert not waking.claim(second, later())


def test_a_worker_thought_dead_that_lives_doubles_nothing(office: Office) -> None:
    put_off(office, office.box.deliver(LETTER % 1))
    slow = Snooze.objects.select_related("mailbox", "author").get()
    waking.claim(slow, timezone.now())
    assert waking.wake_due(later(hours=2)) == 1
    with opened(office) as store:
        waking.bring(store, slow)
    assert len(office.box.messages()) == 1
    assert states() == ["woken"]
    assert AuditEvent.objects.filter(act="snooze.woken").count() == 1


# --- Killed at every step ------------------------------------------------------------
class Killed(BaseException):
    """What no code of ours catches, as a kill."""


class Dying:
    """A store whose worker dies at its n-th call, before or after it was done."""

    def __init__(self, store: MemoryStore, step: int, *, after: bool) -> None:
        self.store, self.left, self.after = store, step, after
        self.died = False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.store, name)
        if not callable(found):
            return found

        def call(*words: Any, **named: Any) -> Any:
            self.left -= 1
            self.died = self.died or self.left == 0
            if self.left == 0 and not self.after:
                raise Killed
            result = found(*words, **named)
            if self.left == 0:
                raise Killed
            return result

        return call


def everywhere(store: MemoryStore) -> dict[str, int]:
    return {name: len(box.kept) for name, box in store.boxes.items() if box.kept}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", range(1, 6))
def test_a_worker_killed_while_waking_wakes_once(
    office: Office, step: int, after: bool
) -> None:
    store = MemoryStore()
    uid = store.append("INBOX", LETTER % 1, (r"\Seen",))
    at = timezone.now() + SOON
    snoozing.snooze(store, right(office), "INBOX", [uid], at)
    first, second = (Dying(store, n, after=after) for n in (step, step - 1))
    for number, box in ((2, first), (3, second), (4, store)):
        try:
            waking.wake_due(later(hours=number), partial(_opened, box))
        except Killed:
            assert sum(everywhere(store).values()) == 1
    assert first.died
    assert everywhere(store) == {"INBOX": 1}
    assert states() == ["woken"]
    [kept] = store.boxes["INBOX"].kept.values()
    assert kept.flags == {"$Woken"}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", range(1, 4))
def test_a_worker_killed_while_putting_off_loses_nothing(
    office: Office, step: int, after: bool
) -> None:
    store = MemoryStore()
    uid = store.append("INBOX", LETTER % 1)
    dying: Any = Dying(store, step, after=after)
    with suppress(Killed):
        snoozing.snooze(dying, right(office), "INBOX", [uid], timezone.now() + SOON)
    assert dying.died
    waking.wake_due(later(minutes=3), partial(_opened, store))
    # it waits and says so, or it never left and nobody says that it did
    in_waiting = "En attente" in everywhere(store)
    assert states() == (["waiting"] if in_waiting else [])
    waking.wake_due(later(hours=2), partial(_opened, store))
    assert everywhere(store) == {"INBOX": 1}


@contextmanager
def _opened(store: Any, _row: Snooze) -> Iterator[Store]:
    yield store
