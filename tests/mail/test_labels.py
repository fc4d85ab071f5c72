"""What keywords are called: names, colours, and which are labels at all."""

from __future__ import annotations

import re
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Mailbox
from convergence.errors import Conflict, InputRefused, NotFound
from mail import labels, naming
from mail.imap import guard
from mail.labels import Catalogue, Tag
from mail.models import Label


@pytest.fixture
def mailbox(db: None) -> Mailbox:
    return Mailbox.objects.create(
        # a process remembers what it has read of a mailbox
        address=f"cpe.{uuid.uuid4().hex}@ac-poitiers.test",
        login="cpe",
        kind="functional",
        name="CPE",
    )


def names(mailbox: Mailbox) -> list[str]:
    return [tag.name for tag in labels.of(mailbox).tags]


def test_the_five_of_thunderbird_are_there_without_a_row(mailbox: Mailbox) -> None:
    assert names(mailbox) == [
        "Important",
        "Travail",
        "Personnel",
        "À faire",
        "Plus tard",
    ]
    assert not Label.objects.exists()


def test_one_of_the_five_is_renamed_and_keeps_its_keyword(mailbox: Mailbox) -> None:
    tag = naming.change(mailbox, "$label1", "Rectorat", "teal")
    assert tag == Tag("$label1", "Rectorat", "teal")
    assert names(mailbox)[0] == "Rectorat"


def test_a_name_with_accents_gets_an_ascii_keyword(mailbox: Mailbox) -> None:
    assert naming.create(mailbox, "Élèves à voir").keyword == "eleves_a_voir"
    naming.change(mailbox, "eleves_a_voir", "Familles", "pink")
    assert naming.create(mailbox, "Élèves à voir").keyword == "eleves_a_voir_2"


@pytest.mark.parametrize("name", ["شؤون", "📌", "$", "Junk", "NonJunk", "…"])
def test_a_name_that_gives_no_atom_of_its_own(mailbox: Mailbox, name: str) -> None:
    tag = naming.create(mailbox, name)
    assert labels.is_label(tag.keyword)
    assert tag.keyword.startswith("etiquette")
    assert labels.on(frozenset({tag.keyword}), labels.of(mailbox)) == (tag,)


@settings(max_examples=200)
@given(st.text(max_size=60), st.sets(st.sampled_from(["a", "a_2", "etiquette"])))
def test_every_name_gives_a_valid_keyword_of_its_own(
    name: str, taken: set[str]
) -> None:
    keyword = labels.keyword_for(name, taken)
    assert guard.keyword(keyword)
    assert re.fullmatch(r"[a-z0-9_]{1,60}", keyword)
    assert keyword not in taken


def test_a_name_is_given_once(mailbox: Mailbox) -> None:
    with pytest.raises(Conflict):
        naming.create(mailbox, "important")
    naming.create(mailbox, "Voyage")
    with pytest.raises(Conflict):
        naming.change(mailbox, "voyage", "À FAIRE", "red")


def test_their_number_is_bounded(mailbox: Mailbox) -> None:
    for number in range(5, labels.LABELS_MAX):
        Label.objects.create(mailbox=mailbox, keyword=f"k{number}", name=f"n{number}")
    with pytest.raises(Conflict):
        naming.create(mailbox, "Une de trop")


def test_they_change_places(mailbox: Mailbox) -> None:
    naming.shift(mailbox, "$label4", -1)
    naming.shift(mailbox, "$label1", -1)
    assert names(mailbox)[:3] == ["Important", "Travail", "À faire"]


def test_a_deleted_label_is_shown_no_more_and_may_come_back(mailbox: Mailbox) -> None:
    naming.create(mailbox, "Voyage")
    naming.delete(mailbox, "voyage", strip=False)
    naming.delete(mailbox, "$label5", strip=False)
    assert "Voyage" not in names(mailbox)
    assert "Plus tard" not in names(mailbox)
    # the messages still carry the keyword, and it is no other label either
    assert labels.on(frozenset({"voyage", "$label5"}), labels.of(mailbox)) == ()
    assert naming.create(mailbox, "Voyage").keyword == "voyage"


def test_what_is_unknown_is_refused(mailbox: Mailbox) -> None:
    with pytest.raises(NotFound):
        naming.change(mailbox, "rien", "Nom", "red")
    with pytest.raises(InputRefused):
        naming.change(mailbox, "$label1", "Nom", "url(x)")


def test_no_query_is_made_while_nothing_changes(
    mailbox: Mailbox, django_assert_num_queries: object
) -> None:
    labels.of(mailbox)
    with django_assert_num_queries(0):  # type: ignore[operator]
        labels.of(Mailbox(pk=mailbox.pk, address=mailbox.address))


def test_another_process_sees_the_change(mailbox: Mailbox) -> None:
    naming.create(mailbox, "Neuve")
    assert "Neuve" in names(Mailbox.objects.get())


@pytest.mark.parametrize(
    "keyword",
    ["$Forwarded", "$Junk", "NonJunk", "$MDNSent", "Junk", "$Phishing", r"\Seen"],
)
def test_what_programs_set_is_no_label(keyword: str) -> None:
    assert labels.on(frozenset({keyword}), Catalogue(labels.DEFAULTS)) == ()


def test_what_another_client_made_is_shown_as_it_is() -> None:
    found = labels.on(frozenset({"urgent", "$LABEL1"}), Catalogue(labels.DEFAULTS))
    assert found == (labels.DEFAULTS[0], Tag("urgent", "urgent", "grey"))
