"""Pieces of a page that are rendered once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.utils import translation

from convergence import keeping

SHOUT = "{% load interface i18n %}{% kept name %}{{ name }}, {{ other }}{% endkept %}"

KEPT = re.compile(r"{% kept ?(.*?)%}(.*?){% endkept %}", re.DOTALL)


def render(text: str, **context: object) -> str:
    return Template(text).render(Context(context))


def test_a_piece_is_made_once_for_the_same_values() -> None:
    template = Template(SHOUT)
    first = template.render(Context({"name": "Inès", "other": "a"}))
    assert template.render(Context({"name": "Inès", "other": "b"})) == first
    assert template.render(Context({"name": "Théo", "other": "b"})) == "Théo, b"


def test_no_piece_of_ours_is_kept_by_less_than_a_form_tells_it() -> None:
    found = 0
    for path in Path("templates").rglob("*.html"):
        for values, piece in KEPT.findall(path.read_text()):
            found += 1
            told = re.findall(r"\bform(?:\.\w+)*\.(?:value|errors|is_bound)\b", piece)
            assert set(told) <= set(values.split()), path
    assert found > 20


def test_each_language_has_its_own() -> None:
    text = '{% load interface i18n %}{% kept %}{% translate "Monday" %}{% endkept %}'
    template = Template(text)
    with translation.override("fr"):
        assert template.render(Context()) == "lundi"
    with translation.override("en"):
        assert template.render(Context()) == "Monday"


def test_the_token_and_the_nonce_are_those_of_the_answer() -> None:
    text = "{% load interface %}{% kept %}{% csrf_token %}{{ csp_nonce }}{% endkept %}"
    template = Template(text)
    template.render(Context({"csrf_token": "one", "csp_nonce": "two"}))
    again = template.render(Context({"csrf_token": "three", "csp_nonce": "four"}))
    assert 'value="three"' in again
    assert again.endswith("four")


def test_what_is_named_after_except_is_put_in_later_and_escaped() -> None:
    template = Template(
        "{% load interface %}{% kept except path %}<a href='{{ path }}'>{% endkept %}"
    )
    template.render(Context({"path": "/a/"}))
    assert template.render(Context({"path": "/'><b>"})) == (
        "<a href='/&#x27;&gt;&lt;b&gt;'>"
    )


def test_of_a_mapping_its_values_are_put_in_later() -> None:
    template = Template(
        "{% load interface %}{% kept except typed %}{{ typed.to }}/{{ typed.cc }}"
        "{% kept except typed %}/{{ typed.to }}{% endkept %}{% endkept %}"
    )
    render = template.render
    assert render(Context({"typed": {"to": "a", "cc": "b"}})) == "a/b/a"
    assert render(Context({"typed": {"to": "<c>"}})) == "&lt;c&gt;//&lt;c&gt;"


def test_a_kept_piece_may_hold_another() -> None:
    template = Template(
        "{% load interface %}{% kept %}1{% kept except path %}{{ path }}{% endkept %}"
        "{{ csp_nonce }}{% endkept %}"
    )
    template.render(Context({"path": "a", "csp_nonce": "x"}))
    assert template.render(Context({"path": "a", "csp_nonce": "y"})) == "1ay"


def test_a_row_of_a_table_is_no_value() -> None:
    with pytest.raises(TypeError, match="AnonymousUser"):
        render(SHOUT, name=AnonymousUser())


@pytest.mark.parametrize(
    "use", ["{% if name %}a{% endif %}", "{{ name|default:'a' }}", "{{ name|yesno }}"]
)
def test_what_is_put_in_later_is_printed_only(use: str) -> None:
    """While the piece is made, such a variable holds a mark, which is always true."""
    text = "{% load interface %}{% kept except name typed %}" + use + "{% endkept %}"
    with pytest.raises(TypeError, match="put in later"):
        render(text, name="Inès")
    with pytest.raises(TypeError, match="put in later"):
        render(
            text.replace(use, use.replace("name", "typed.a", 1)), typed={"a": "Inès"}
        )


def test_pieces_are_bounded_by_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "KEPT_MAX", 5_000)
    template = Template("{% load interface %}{% kept name %}{{ name }}{% endkept %}")
    [node] = template.nodelist.get_nodes_by_type(keeping.KeptNode)
    assert isinstance(node, keeping.KeptNode)
    for number in range(50):
        name = f"{number}" * 100
        assert template.render(Context({"name": name})) == name
        assert 0 < len(node.pieces) < 13
