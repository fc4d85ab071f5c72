"""What browsers send about mail, before anything is asked of a server."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from convergence.errors import InputRefused
from mail import acting
from mail.composeforms import ComposeForm
from mail.forms import (
    UIDS_MAX,
    MarkForm,
    MoveForm,
    SelectionForm,
    checked,
)
from mail.listforms import ListForm
from mail.messages import Query


def selection(*uids: str) -> SelectionForm:
    return SelectionForm(QueryDict("&".join(f"uid={uid}" for uid in uids)))


def test_of_a_conversation_one_field_holds_several() -> None:
    form = selection("9,3", "7")
    assert form.is_valid()
    assert form.cleaned_data["uid"] == [3, 7, 9]


def test_what_a_form_names_is_done_at_once() -> None:
    """An act that goes on later knows a query and a moment, not a list of UIDs."""
    assert UIDS_MAX <= acting.DIRECT_MAX


def test_uids_are_numbers_once_in_order() -> None:
    form = selection("7", "3", "7")
    assert form.is_valid()
    assert form.cleaned_data["uid"] == [3, 7]


@pytest.mark.parametrize(
    "uid",
    ["0", "-1", "1:*", "x", "1%0D%0A", "%C2%B2", "%D9%A1", "9" * 11, "4294967296"],
)
def test_what_is_no_uid_is_refused(uid: str) -> None:
    assert not selection(uid).is_valid()


def test_nothing_selected_says_what_to_do() -> None:
    with pytest.raises(InputRefused, match="Sélectionnez au moins un message"):
        checked(selection())


def test_too_many_at_once_are_refused() -> None:
    assert not selection(*map(str, range(1, UIDS_MAX + 2))).is_valid()


def test_only_known_marks() -> None:
    assert not MarkForm(QueryDict("uid=1&mark=Deleted")).is_valid()
    assert MarkForm(QueryDict("uid=1&mark=flagged")).is_valid()


@pytest.mark.parametrize("to", ["a%0D%0Ab", "a%0A", "a%00", "%0Aa"])
def test_a_line_break_in_a_folder_is_refused(to: str) -> None:
    with pytest.raises(InputRefused, match="interdit"):
        checked(MoveForm(QueryDict(f"uid=1&to={to}")))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Query()),
        ("q=été&dans=objet", Query(text="été", within="subject")),
        ("q=x&dans=", Query(text="x")),
        ("non_lus=1&suivis=1", Query(unseen=True, flagged=True)),
    ],
)
def test_a_search_is_a_query(text: str, query: Query) -> None:
    form = ListForm(QueryDict(text))
    assert form.is_valid()
    assert form.query == query
    assert form.number == 1


@pytest.mark.parametrize("text", ["page=0", "page=x", "dans=tout", "q=a%0D%0Ab"])
def test_a_search_that_makes_no_sense(text: str) -> None:
    assert not ListForm(QueryDict(text)).is_valid()


def test_a_text_with_nul_is_refused_with_a_sentence() -> None:
    form = ComposeForm(QueryDict("text=a%00b&to=a@b.test"))
    assert form.errors["text"] == ["Le caractère nul n’est pas autorisé."]


def test_formatting_that_is_too_heavy_is_said_and_not_lost() -> None:
    sheet = "<table>" + "<tr><td>1</td><td>2</td></tr>" * 20_000 + "</table>"
    typed = {"token": "a" * 32, "to": "a@b.test", "html": sheet, "text": "1 2"}
    form = ComposeForm(typed)
    assert not form.is_valid()
    assert "trop lourde" in form.other_errors[0]
    # while one writes, its text is better than none
    kept = ComposeForm(typed | {"save": "1"})
    assert kept.is_valid()
    assert kept.draft(()).text == "1 2"
    # an editor in which nothing stands
    assert ComposeForm(typed | {"html": "<script></script> "}).is_valid()


def test_fields_that_nobody_changes_are_in_each_form_anew() -> None:
    first = ListForm({"page": "2"})
    del first.fields["page"]
    second = ListForm({"page": "x"})
    assert first.is_valid()
    assert not second.is_valid()
    assert list(second.errors) == ["page"]
