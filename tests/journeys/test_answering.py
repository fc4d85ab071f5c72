"""Read, answer with a file, think again, send; the answer arrives."""

from __future__ import annotations

import email
import re
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default

import pytest
from playwright.sync_api import FilePayload, expect

from stack.people import Person
from tests.journeys.letters import letter
from tests.journeys.visitor import Visitor
from tests.stack.boxes import Box
from tests.stack.people import MakePerson

QUESTION = "Sortie au musée"
TEXT = "Voici la fiche. Bien à vous."
FILE = FilePayload(
    name="fiche élève.txt", mimeType="text/plain", buffer="Prévue à 9 h.".encode()
)


@pytest.fixture
def colleague(make_person: MakePerson) -> Person:
    return make_person()


@pytest.fixture
def question(
    person: Person, colleague: Person, receive: Callable[..., None]
) -> EmailMessage:
    """A question of the colleague, in the person's mailbox by LMTP."""
    sender = f"{colleague.name} <{colleague.address}>"
    message = letter(QUESTION, to=person.address, sender=sender)
    receive(person.address, message.as_bytes(), colleague.address)
    return message


def answer(visitor: Visitor) -> None:
    """Open the question and write the answer, with a file."""
    visitor.open_message(QUESTION)
    visitor.reader.get_by_role("link", name="Répondre", exact=True).first.click()
    text = visitor.field("Texte du message")
    expect(text).to_have_value(re.compile("> Merci de votre réponse."))
    text.fill(f"{TEXT}\n\n{text.input_value()}")
    visitor.field("Joindre").set_input_files(FILE)
    expect(visitor.button("Retirer fiche élève.txt")).to_be_visible()
    # kept already: it is not sent once more with the message
    expect(visitor.field("Joindre")).to_have_value("")


def parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.usefixtures("question")
def test_an_answer_taken_back_is_whole_again(
    visitor: Visitor, person: Person, colleague: Person
) -> None:
    visitor.sign_in(person)
    answer(visitor)
    visitor.field("Cci").fill("archives@parents.test")
    visitor.send()
    visitor.button("Annuler l’envoi").click()
    expect(visitor.recipients("À")).to_contain_text(colleague.address)
    expect(visitor.recipients("Cci")).to_contain_text("archives@parents.test")
    expect(visitor.field("Objet")).to_have_value(f"Re: {QUESTION}")
    expect(visitor.field("Texte du message")).to_have_value(re.compile(TEXT))
    expect(visitor.button("Retirer fiche élève.txt")).to_be_visible()
    visitor.send()
    visitor.open_folder("Brouillons")
    expect(visitor.rows).to_have_count(0)


def test_the_answer_arrives_with_its_file_and_without_bcc(
    visitor: Visitor,
    question: EmailMessage,
    person: Person,
    colleague: Person,
    mailbox_of: Callable[[Person], Box],
    outside: Callable[[str], bytes],
) -> None:
    visitor.sign_in(person)
    answer(visitor)
    visitor.field("Cci").fill("secret@parents.test")
    visitor.send()
    raw = mailbox_of(colleague).wait_for(b"In-Reply-To")
    assert b"secret@" not in raw
    arrived = parsed(raw)
    assert arrived["In-Reply-To"] == question["Message-ID"]
    assert arrived["References"] == question["Message-ID"]
    assert TEXT in arrived.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    [file] = arrived.iter_attachments()
    assert file.get_filename() == FILE["name"]
    assert file.get_content().encode() == FILE["buffer"]
    assert "Bcc" not in parsed(outside("secret@parents.test"))


@pytest.mark.usefixtures("question")
def test_the_sender_keeps_a_copy_and_sees_what_was_answered(
    visitor: Visitor,
    person: Person,
    colleague: Person,
    mailbox_of: Callable[[Person], Box],
) -> None:
    visitor.sign_in(person)
    answer(visitor)
    visitor.send()
    visitor.site.let_time_pass()
    visitor.reload_until(visitor.row(QUESTION).get_by_text("Répondu"))
    visitor.open_folder("Envoyés")
    expect(visitor.row(QUESTION)).to_contain_text(colleague.name)
    expect(visitor.row(QUESTION).get_by_text("Pièce jointe")).to_be_attached()
    visitor.menu("Menu du compte").click()
    visitor.link("Envois").click()
    sent = visitor.page.get_by_role("article", name=f"Re: {QUESTION}")
    expect(sent).to_contain_text("Envoyé")
    assert mailbox_of(person).messages("Programm&AOk-s") == []
