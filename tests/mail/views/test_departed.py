"""What has left already: another tab, the way back, a colleague, a replay send it no
more, and what is written there is not lost."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from django.http import HttpResponse

from convergence.errors import MailUnavailable
from mail import drafting
from mail.models import Outgoing
from stack.people import FunctionalMailbox, Person
from tests.accounts.conftest import Visitor
from tests.mail.conftest import tick
from tests.mail.views.conftest import Desk, letter
from tests.mail.views.test_attached import hidden
from tests.mail.views.test_compose import SCHEDULED, answer_page, value_of
from tests.mail.views.test_drafts import told
from tests.stack.boxes import Box
from tests.stack.submission import Submission

pytestmark = pytest.mark.django_db
ONE = {"to": "c@mairie.test", "text": "Un"}


def page_of(answer: HttpResponse) -> str:
    return html.unescape(answer.content.decode())


def tab(desk: Desk, path: str, **fields: Any) -> dict[str, Any]:
    """The form of one more tab on this draft, as it would post it."""
    return hidden(desk.visitor.get(path).content.decode()) | fields


def test_two_tabs_on_one_draft_send_it_once(desk: Desk) -> None:
    path = told(desk, **ONE)["path"]
    first, second = (tab(desk, path, **ONE) for _ in "12")
    assert desk.write(**first).status_code == 303
    again = desk.write(**second)
    # the same text: a second click
    assert again.status_code == 303
    assert Outgoing.objects.count() == 1
    assert len(desk.box.messages(SCHEDULED)) == 1
    assert desk.box.messages("Drafts") == []


def test_another_text_of_a_second_tab_is_told_and_kept(
    desk: Desk, submission: Submission
) -> None:
    path = told(desk, **ONE)["path"]
    first, second = (tab(desk, path, **ONE) for _ in "12")
    desk.write(**first)
    row = tick()
    assert row.state == "sent"
    answer = desk.write(**second | {"text": "Deux"})
    page = page_of(answer)
    assert answer.status_code == 409
    assert "Ce message est déjà parti." in page
    assert "Envoyé par vous le" in page
    assert "\nDeux</textarea>" in page
    [path] = re.findall(r'href="([^"]*)"[^>]*>Voir cet envoi', page)
    assert "Un" in page_of(desk.visitor.get(path, follow=True))  # type: ignore[arg-type]
    assert Outgoing.objects.count() == 1
    # it is a draft of its own now, kept or sent
    anew = hidden(answer.content.decode()) | {"to": "c@mairie.test", "text": "Deux"}
    desk.write(**anew, save="1")
    [kept] = desk.box.messages("Drafts")
    assert b"Deux" in kept
    assert desk.write(**anew).status_code == 303
    assert len(submission.deliveries) + len(desk.box.messages(SCHEDULED)) == 2


def test_the_way_back_to_a_form_sends_nothing_twice(desk: Desk) -> None:
    desk.write(**ONE)
    answer = desk.write(**ONE | {"text": "Corrigé"})
    assert answer.status_code == 409
    assert "Ce message part déjà." in page_of(answer)
    assert Outgoing.objects.count() == 1


def test_a_replay_after_it_has_left_leads_to_what_left(
    desk: Desk, submission: Submission
) -> None:
    desk.write(**ONE)
    tick()
    answer = desk.write(**ONE)
    assert answer.status_code == 303
    page = page_of(desk.visitor.get(answer.headers["Location"]))  # type: ignore[arg-type]
    assert "<h1>Ce message est déjà parti</h1>" in page
    assert len(submission.deliveries) == 1


def test_what_may_have_left_is_not_sent_again(desk: Desk) -> None:
    desk.write(**ONE)
    Outgoing.objects.update(state="unknown")
    answer = desk.write(**ONE)
    page = page_of(desk.visitor.get(answer.headers["Location"]))  # type: ignore[arg-type]
    assert "peut-être déjà parti" in page
    assert Outgoing.objects.count() == 1


def test_a_draft_that_was_taken_back_is_still_the_same(desk: Desk) -> None:
    path = told(desk, **ONE)["path"]
    other = tab(desk, path, to="c@mairie.test", text="Deux")
    desk.write(**tab(desk, path, **ONE))
    row = Outgoing.objects.get()
    undone = desk.visitor.post(f"/envois/{desk.address}/{row.pk}/annulation/")
    resumed = tab(desk, undone.headers["Location"], **ONE)
    assert desk.write(**resumed).status_code == 303
    assert desk.write(**other).status_code == 409


def test_a_draft_of_another_program_leaves_once_too(desk: Desk) -> None:
    desk.box.deliver(b"Subject: x\r\n\r\nSans nom\r\n", "Drafts")
    tabs = [hidden(answer_page(desk, 1, "brouillon", "Drafts")) for _ in "12"]
    statuses = [
        desk.write(**fields, to="c@mairie.test", text=text).status_code
        for fields, text in zip(tabs, ("Un", "Deux"), strict=True)
    ]
    assert statuses == [303, 409]


def test_what_was_taken_back_is_a_draft_again(desk: Desk) -> None:
    """By its name, its first address and the page that said that it had left, also
    once it was written further."""
    first = told(desk, **ONE)
    fields = tab(desk, first["path"], **ONE)
    desk.write(**fields)
    row = Outgoing.objects.get()
    desk.visitor.post(f"/envois/{desk.address}/{row.pk}/annulation/")
    left = f"/envois/{desk.address}/{row.pk}/deja-parti/"
    named = f"/ecrire/{desk.address}/brouillon/{fields['draft_root'][0]}/"
    for path in (named, first["path"], left):
        page = page_of(desk.visitor.get(path, follow=True))  # type: ignore[arg-type]
        assert "\nUn</textarea>" in page
    again = hidden(page) | ONE | {"text": "Deux"}
    told(desk, **again)
    for path in (named, first["path"], left):
        page = page_of(desk.visitor.get(path, follow=True))  # type: ignore[arg-type]
        assert "\nDeux</textarea>" in page


@pytest.mark.parametrize(
    ("state", "title"),
    [
        ("cancelled", "L’envoi de ce message a été annulé"),
        ("failed", "Ce message n’est pas parti"),
    ],
)
def test_of_what_did_not_leave_nobody_reads_that_it_did(
    desk: Desk, state: str, title: str
) -> None:
    first = told(desk, **ONE)
    desk.write(**tab(desk, first["path"], **ONE))
    Outgoing.objects.update(state=state)
    page = page_of(desk.visitor.get(first["path"], follow=True))  # type: ignore[arg-type]
    assert f"<h1>{title}</h1>" in page
    assert "Envoyé par" not in page
    assert "qu’une fois" not in page


def test_a_server_that_goes_away_says_nothing_of_what_left(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write(**ONE)
    Outgoing.objects.update(state="unknown")

    def away(*_args: object) -> NoReturn:
        raise MailUnavailable

    monkeypatch.setattr(drafting, "discard", away)
    answer = desk.write(**ONE)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/deja-parti/")


def test_a_failed_message_and_its_draft_do_not_both_leave(desk: Desk) -> None:
    desk.write(**ONE)
    failed = Outgoing.objects.get()
    Outgoing.objects.update(state="failed")
    assert desk.write(**ONE | {"text": "Corrigé"}).status_code == 303
    retry = f"/envois/{desk.address}/{failed.pk}/reprise/"
    answer = desk.visitor.post(retry)
    assert answer.status_code == 409
    assert "déjà parti dans un autre envoi" in page_of(answer)  # type: ignore[arg-type]
    states = Outgoing.objects.order_by("created_at").values_list("state", flat=True)
    assert list(states) == ["failed", "held"]
    # taken back, the other does not stand in its way
    Outgoing.objects.filter(state="held").update(state="cancelled")
    assert desk.visitor.post(retry).status_code == 303
    failed.refresh_from_db()
    assert failed.state == "due"


def test_two_people_of_a_functional_mailbox_send_it_once(
    db: None,
    make_person: Callable[..., Person],
    make_functional_mailbox: Callable[..., FunctionalMailbox],
    mailbox_of: Callable[[FunctionalMailbox], Box],
) -> None:
    people = [make_person() for _ in "12"]
    mailbox = make_functional_mailbox(members=tuple(people))
    desks = []
    for each in people:
        visitor = Visitor("functional")
        assert visitor.sign_in(each).status_code == 302
        desks.append(Desk(visitor, mailbox_of(mailbox), mailbox.address))
    path = told(desks[0], **ONE)["path"]
    tabs = [tab(each, path, **ONE) for each in desks]
    answers = [each.write(**fields) for each, fields in zip(desks, tabs, strict=True)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert Outgoing.objects.count() == 1
    told_so = desks[1].visitor.get(answers[1].headers["Location"])
    page = page_of(told_so)  # type: ignore[arg-type]
    assert "<h1>Ce message part déjà</h1>" in page
    assert f"Envoyé par {people[0].name}" in page


def test_a_name_from_a_hostile_header_stops_nothing(desk: Desk) -> None:
    raw = letter(X_Draft_Root="../../x", Message_ID="<1@b.test>")
    desk.box.deliver(raw, "Drafts")
    root = value_of(answer_page(desk, 1, "brouillon", "Drafts"), "draft_root")
    assert re.fullmatch(r"[0-9a-f]{32}", root)


def test_what_left_elsewhere_is_not_shown_here(desk: Desk, reading_desk: Desk) -> None:
    desk.write(**ONE)
    row = Outgoing.objects.get()
    path = f"{row.pk}/deja-parti/"
    own = f"/envois/{reading_desk.address}/{path}"
    assert reading_desk.visitor.get(own).status_code == 404
    assert reading_desk.visitor.get(f"/envois/{desk.address}/{path}").status_code == 404
