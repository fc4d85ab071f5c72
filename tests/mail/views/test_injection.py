"""What forms could smuggle to the submission server: the exact commands on the wire."""

from __future__ import annotations

import json
import re
from email import message_from_bytes
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.encoding import iri_to_uri
from pytest_django.fixtures import Settings

from mail import delivering, guards, headers, recipients
from mail.messages import Address
from mail.models import Outgoing
from tests.letters import HERE, SHARED, own
from tests.letters import read as letter_of
from tests.mail.conftest import later
from tests.mail.views.conftest import Desk
from tests.stack.submission import Submission

pytestmark = pytest.mark.django_db(transaction=True)
OWN = json.loads((HERE / "fields.json").read_text(encoding="utf-8"))
BESIDE = sorted((SHARED / "attacks" / "smtp-injection").glob("*.json"))
CLASSES = ("header-xss", "spoofing")
LETTERS = [
    *(path for name in CLASSES for path in own(f"hostile/{name}")),
    *(p for name in CLASSES for p in sorted((SHARED / "attacks" / name).glob("*.eml"))),
]
NAMES = {"body": "text", "from": "sender", "send_at": "at"}
FIELDS = {
    *("content-type", "mime-version", "subject", "from", "to", "cc", "date"),
    *("message-id", "reply-to", "user-agent", "in-reply-to", "references"),
    "content-transfer-encoding",
}


@pytest.fixture(autouse=True)
def _unguarded(settings: Settings) -> None:
    """What a person is asked first is another matter."""
    settings.GUARDS_OFF = list(guards.GUARDS)


def post(desk: Desk, submission: Submission, **fields: Any) -> Outgoing | None:
    """What became of it; whatever it is, the wire has one message of it or nothing."""
    submission.commands.clear()
    submission.deliveries.clear()
    Outgoing.objects.all().delete()
    answer = desk.write(**fields)
    delivering.deliver_due(later())
    row = Outgoing.objects.first()
    if row is None:
        assert answer.status_code == 400
        assert 'class="field__error"' in answer.content.decode() or (
            'role="alert"' in answer.content.decode()
        )
        assert submission.commands == []
        return None
    expect(row, submission)
    return row


def expect(row: Outgoing, submission: Submission) -> None:
    """One message in so many commands, to those who were read as its recipients."""
    people = list(row.recipients.order_by("pk").values_list("address", flat=True))
    verbs = [command.partition(" ")[0] for command in submission.commands]
    assert verbs == ["EHLO", "AUTH", "MAIL", *["RCPT"] * len(people), "DATA"]
    [delivery] = submission.deliveries
    assert delivery.recipients == people
    assert not any("attacker" in address for address in people)
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\0", delivery.message)
    message = message_from_bytes(delivery.message)
    assert {name.lower() for name in message} <= FIELDS
    assert all(len(message.get_all(name, [])) == 1 for name in message)
    named = headers.parse(delivery.message)
    assert [a.email for a in (*named.to, *named.cc)] == people


def test_fields_reach_the_wire_as_what_they_are(
    desk: Desk, submission: Submission
) -> None:
    wrong = []
    for number, case in enumerate(OWN):
        given = {k: v for k, v in case.items() if k not in {"ends", "file"}}
        fields = {NAMES.get(k, k): v for k, v in given.items()}
        if name := case.get("file"):
            file = SimpleUploadedFile("x", b"%PDF-1.4", "application/pdf")
            file._name = name  # type: ignore[attr-defined]
            fields["files"] = file
        row = post(desk, submission, token=f"{number:032x}", **fields)
        if ("sent" if row else "refused") != case["ends"]:
            wrong.append(case)
    assert wrong == []


@pytest.mark.corpora
def test_those_beside_the_repository_do_too(desk: Desk, submission: Submission) -> None:
    for number, path in enumerate(BESIDE):
        case = json.loads(path.read_text(encoding="utf-8"))
        if "open" in case:
            case = {"to": iri_to_uri(case["open"])}
        known = ("to", "subject", "body", "from", "reply_to", "send_at")
        fields = {NAMES.get(k, k): case[k] for k in known if k in case}
        fields.setdefault("to", "a@exterieur.test")
        post(desk, submission, token=f"{number:032x}", **fields)


def test_what_a_hostile_message_says_goes_no_further(
    desk: Desk, submission: Submission
) -> None:
    for number, path in enumerate(LETTERS):
        read = headers.parse(letter_of(path))
        row = post(
            desk,
            submission,
            token=f"{number:032x}",
            to=recipients.shown([Address(read.sender.name, "a@exterieur.test")]),
            subject=read.subject[:400],
            in_reply_to=read.message_id,
            references=" ".join((*read.references, *read.in_reply_to)),
            files=SimpleUploadedFile(f"{read.subject[:100]}.pdf", b"%PDF"),
        )
        assert row, path.stem
