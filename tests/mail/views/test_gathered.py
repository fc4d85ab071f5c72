"""What is done to rows of the list over all the mailboxes of a person."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from accounts.models import AuditEvent, Membership, Role
from mail.imap.pool import pool
from stack.people import FunctionalMailbox, Person
from tests.accounts.conftest import Visitor
from tests.mail.views.conftest import letter
from tests.mail.views.gathering import PATH, shown
from tests.stack.boxes import Box
from tests.stack.proxy import Proxy


def ticked(reader: Visitor) -> list[str]:
    return re.findall(r'name="uid" value="([^"]+)"', shown(reader))


def acted(reader: Visitor, verb: str, uids: list[str]) -> str:
    headers = {"HX-Request": "true"}
    fields = {"verb": verb, "uid": uids}
    answer = reader.post(f"{PATH}actes/", fields, headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("verb", ["archive", "delete"])
def test_one_act_on_rows_of_several_mailboxes(
    reader: Visitor, boxes: tuple[Box, Box], verb: str
) -> None:
    page = acted(reader, verb, ticked(reader))
    assert not any(box.messages() for box in boxes)
    assert page.count("<span>2 messages ") == 1
    assert page.count("/restaurations/") == 1
    tokens = unescape(re.findall(r'name="tokens" value="([^"]+)"', page)[0])
    back = reader.post(f"{PATH}restaurations/", {"tokens": tokens})
    assert back.status_code == 303
    assert "2 messages remis à leur place." in shown(reader)
    assert all(len(box.messages()) == 1 for box in boxes)


def test_marks_on_rows_of_several_mailboxes(
    reader: Visitor, boxes: tuple[Box, Box]
) -> None:
    page = acted(reader, "flagged", ticked(reader))
    assert page.count("row__star") == 2
    assert all(r"\Flagged" in box.flags(1) for box in boxes)


def test_without_script_one_comes_back_to_the_same_list(
    reader: Visitor, boxes: tuple[Box, Box]
) -> None:
    page = shown(reader, "?non_lus=1")
    assert f'action="{PATH}actes/?non_lus=1"' in page
    fields = {"verb": "seen", "uid": ticked(reader)}
    answer = reader.post(f"{PATH}actes/?non_lus=1", fields)
    assert answer.headers["Location"] == f"{PATH}?non_lus=1"
    assert "2 messages modifiés." in shown(reader)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"verb": "archive"}, "Sélectionnez au moins un message."),
        ({"verb": "archive", "uid": "1-2"}, "Ce message n’existe pas."),
        ({"verb": "archive", "uid": "1-1-0"}, "Ce message n’existe pas."),
    ],
)
def test_rows_that_are_none_are_refused(
    reader: Visitor, fields: dict[str, str], sentence: str
) -> None:
    answer = reader.post(f"{PATH}actes/", fields)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert reader.post(f"{PATH}restaurations/", {"tokens": "x"}).status_code == 400


def test_another_s_mailbox_does_not_exist(
    reader: Visitor, make_person: Callable[..., Person], boxes: tuple[Box, Box]
) -> None:
    other = Visitor()
    other.sign_in(make_person())
    fields = {"verb": "delete", "uid": ticked(reader)}
    assert other.post(f"{PATH}actes/", fields).status_code == 404
    assert all(box.messages() for box in boxes)


def test_a_mailbox_that_one_only_reads_is_not_acted_on(
    reader: Visitor, school: FunctionalMailbox, boxes: tuple[Box, Box]
) -> None:
    uids = ticked(reader)
    held = Membership.objects.filter(mailbox__address=school.address)
    held.update(role=Role.READER)
    page = shown(reader)
    assert page.count('name="uid"') == 1
    assert "Lecture seule" in page
    answer = reader.post(f"{PATH}actes/", {"verb": "delete", "uid": uids})
    assert answer.status_code == 403
    assert "lecture seule" in answer.content.decode()
    # nothing is done in the others either
    assert all(box.messages() for box in boxes)


def tokens_of(page: str) -> str:
    return unescape(re.findall(r'name="tokens" value="([^"]+)"', page)[0])


def events(act: str) -> list[str]:
    rows = AuditEvent.objects.filter(act=act, outcome="done")
    return sorted(rows.values_list("mailbox", flat=True))


def test_a_refusal_is_told_by_its_mailbox_in_its_own_words(
    reader: Visitor, boxes: tuple[Box, Box], spoiled: Proxy, person: Person
) -> None:
    uids = ticked(reader)
    spoiled.answer(b"UID MOVE", b"NO [OVERQUOTA] full")
    page = acted(reader, "delete", uids)
    assert "1 message placé dans la corbeille. Boîte «" in page
    assert "La boîte est pleine." in page
    assert "ne répond pas" not in page
    [left] = [box for box in boxes if box.messages()]
    # the audit has the mailbox in which something was done, not the other
    [done] = events("message.delete")
    assert (done == person.address) == (left is boxes[1])


def test_what_could_not_be_taken_back_is_named_with_a_way_to_try_again(
    reader: Visitor, boxes: tuple[Box, Box], spoiled: Proxy
) -> None:
    tokens = tokens_of(acted(reader, "archive", ticked(reader)))
    spoiled.answer(b"UID MOVE", b"NO [OVERQUOTA] full")
    headers, path = {"HX-Request": "true"}, f"{PATH}restaurations/"
    page = reader.post(path, {"tokens": tokens}, headers=headers).content.decode()
    assert "1 message remis à sa place. Boîte" in page
    assert "La boîte est pleine." in page
    assert "Réessayer" in page
    assert len(events("message.restore")) == 1
    [rest] = tokens_of(page).split()
    page = reader.post(path, {"tokens": rest}, headers=headers).content.decode()
    assert "1 message remis à sa place." in page
    assert all(len(box.messages()) == 1 for box in boxes)


def test_where_nobody_answers_nothing_is_written_down(
    reader: Visitor, boxes: tuple[Box, Box], spoiled: Proxy
) -> None:
    uids = ticked(reader)
    pool.close()
    spoiled.down = True
    answer = reader.post(f"{PATH}actes/", {"verb": "delete", "uid": uids})
    assert answer.status_code == 503
    assert "Le serveur de messagerie ne répond pas." in answer.content.decode()
    assert events("message.delete") == []
    assert all(box.messages() for box in boxes)


@pytest.mark.parametrize("verb", ["archive", "delete", "seen", "flagged"])
def test_a_tick_of_a_mailbox_that_was_made_anew_touches_nothing(
    reader: Visitor, boxes: tuple[Box, Box], verb: str
) -> None:
    uids = ticked(reader)
    own, shared = boxes
    with own.opened() as client:
        client.rename("INBOX", "Ancienne")
    pool.close()
    assert own.deliver(letter("Un autre")) == 1
    page = acted(reader, verb, uids)
    assert "1 message " in page
    assert "Ce message n’est plus dans ce dossier." in page
    assert "Un autre" in page
    assert len(own.messages()) == 1
    assert own.flags(1).isdisjoint({r"\Seen", r"\Flagged"})
    assert bool(shared.messages()) == (verb in ("seen", "flagged"))
